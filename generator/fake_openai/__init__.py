"""A test server with the OpenAI API: the offline writer with faults, limits, files and batches.

``python -m generator.fake_openai --port 8700`` serves it on a port; ``service.build`` makes the app for tests that call
it in their own process. The program never imports this package.
"""
