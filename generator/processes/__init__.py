"""Runs work in worker processes: one pool for everything that uses several cores.

- ``pool``: starts workers and calls them, from an event loop or from synchronous code.
- ``ordered_map``: distributes work on many items over a pool; results come in order.
- ``protocol``: the messages between a pool and its workers.
- ``worker``, ``async_worker``: the code that runs in a worker.

Why not ``concurrent.futures``: its workers make one call at a time, while a worker here makes dozens of HTTP calls at
once; its pool breaks when one worker dies; a call that hangs cannot be ended; and every worker imports the main module
again. Here workers are new interpreters, connected by a socket. They do not import the main module and are not forks of
a process with threads. Ctrl-C does not reach them, and they end when the process that started them ends in any way.
"""
