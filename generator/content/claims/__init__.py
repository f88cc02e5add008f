"""The checkable claims of a text: found without a model, placed word for word, held against passages."""
