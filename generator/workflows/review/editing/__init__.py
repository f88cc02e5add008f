"""Changes of a draft's text: edits, merges, earlier versions, revisions by the model, articles by a person."""
