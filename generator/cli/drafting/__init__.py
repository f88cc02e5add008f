"""The commands for drafts: draft a list, list drafts, revise one."""
