"""Reads the JSON that a model was asked for out of its reply, whatever stands around it and however it is spelled.

:func:`generator.content.reply_json.reader.read_as` is the way in. The other modules are its steps: ``strict`` decodes
JSON as it is, ``objects`` finds objects among prose, markers and wrappers, ``spelling`` gives keys and lists their usual
form, ``lenient`` reads JSON with errors, ``diagnosis`` says what came instead.
"""
