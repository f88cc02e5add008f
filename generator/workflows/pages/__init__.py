"""The pages that claims checks and the judge examine: selected, read, and the model that examines them."""
