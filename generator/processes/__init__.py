"""Worker processes: one pool for all work that this process gives to others.

- ``pool``: starts workers and calls them, from an event loop or from plain code.
- ``ordered_map``: spreads work on many items over a pool; results come in order.
- ``protocol``: what a pool and its workers agree on.
- ``worker``, ``async_worker``: what runs in a worker.

Why not ``concurrent.futures``: each of its workers does one call at a time, while a worker here has dozens of HTTP
calls under way; the death of one worker breaks its whole pool; a call that hangs cannot be ended; and every worker
imports the main module again. Here workers are new interpreters, connected by a socket. They need no main module
and no fork of a process that has threads, Ctrl-C does not reach them, and they end when the process that started
them ends, however it ends.
"""
