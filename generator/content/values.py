"""The base of every value in the package: immutable, strict about its fields, its numbers finite."""

from pydantic import BaseModel, ConfigDict


class Value(BaseModel):
    """A pydantic model that cannot change and knows all its fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)
