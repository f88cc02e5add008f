"""Reads what was asked for out of a reply: from its first object if that is whole, else from wherever it is whole."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from generator.content.reply_json.diagnosis import format_error
from generator.content.reply_json.lenient import lenient_objects
from generator.content.reply_json.objects import inner_objects, objects_in, sections
from generator.content.reply_json.spelling import with_known_keys
from generator.content.reply_json.strict import first_object, without_surrogates
from generator.errors import ReplyFormatError

Value = TypeVar("Value")
Model = TypeVar("Model", bound=BaseModel)


@dataclass(frozen=True)
class ReplyShape(Generic[Value]):
    """What a reply must hold.

    Args:
        fields: the keys of the object.
        item_fields: the keys of the objects in it.
        validate: makes the value of an object; raises ValidationError where a field has another type.
        respell: gives an object that spells its keys or lists in another way the form of the schema.
        filled: how many fields of a value hold something.
        is_whole: whether no field is missing.
    """

    fields: frozenset[str]
    item_fields: frozenset[str]
    validate: Callable[[dict[str, Any]], Value]
    respell: Callable[[dict[str, Any]], dict[str, Any]]
    filled: Callable[[Value], int]
    is_whole: Callable[[Value], bool]


def read_as(content: str, shape: ReplyShape[Value]) -> Value:
    """The value in a reply.

    An object that is whole counts before one that lacks a field; of several whole ones the last counts, because a
    model that corrects itself writes it later.

    Raises:
        ReplyFormatError: the reply has none. ``cut`` is true where it ends in the middle.
    """
    value: Value | None = None
    error: ReplyFormatError | None = None
    try:
        found = first_object(content)
        if not shape.fields.isdisjoint(found.value):
            value = shape.validate(found.value)
            if found.is_last and shape.is_whole(value):
                return value
    except ReplyFormatError as raised:
        error = raised
    except ValidationError as raised:
        error = _wrong_field(content, raised)
    best = _best(content, shape, value)
    if best is None:
        raise format_error(content, error, shape.fields) from error
    return best


def read_model(content: str, model: type[Model]) -> Model:
    """The object of a model's fields in a reply; it is whole where it validates.

    Raises:
        ReplyFormatError: the reply has none. ``cut`` is true where it ends in the middle.
    """
    shape: ReplyShape[Model] = _shape_of(model)
    return read_as(content, shape)


@lru_cache
def _shape_of(model: type[Model]) -> ReplyShape[Model]:
    fields = frozenset(model.model_fields)
    return ReplyShape(
        fields=fields,
        item_fields=frozenset(),
        validate=model.model_validate,
        respell=lambda value: with_known_keys(value, fields),
        filled=lambda _: len(fields),
        is_whole=lambda _: True,
    )


def _wrong_field(content: str, error: ValidationError) -> ReplyFormatError:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    return ReplyFormatError(f"the reply's {where}: {first['msg']}", raw=content)


def _best(content: str, shape: ReplyShape[Value], first: Value | None) -> Value | None:
    """The last whole value of the first section that has one, else the value with the most fields."""
    best = first
    for section in sections(content):
        values = [value for found in objects_in(section) for value in _values(found, shape)]
        whole = [value for value in values if shape.is_whole(value)]
        if whole:
            return whole[-1]
        for value in values:
            if best is None or shape.filled(value) > shape.filled(best):
                best = value
    if best is not None and shape.filled(best):
        return best
    return next(_lenient_values(content, shape), best)


def _lenient_values(content: str, shape: ReplyShape[Value]) -> Iterator[Value]:
    for section in sections(content):
        for found in lenient_objects(section, shape.fields | shape.item_fields):
            for value in _values(without_surrogates(found.value, section), shape):
                if shape.filled(value) and (found.is_closed or shape.is_whole(value)):
                    yield value


def _values(found: dict[str, Any], shape: ReplyShape[Value]) -> Iterator[Value]:
    """The value of an object, or those of the objects inside it where it is only a wrapper."""
    waiting = [found]
    while waiting:
        candidate = waiting.pop(0)
        value = _value(candidate, shape)
        if value is None:
            waiting = [*inner_objects(candidate), *waiting]
        else:
            yield value


def _value(candidate: dict[str, Any], shape: ReplyShape[Value]) -> Value | None:
    """The value of an object as it is, or respelled where that makes it whole or readable; None without one."""
    as_it_is = _validated(candidate, shape)
    if as_it_is is not None and shape.is_whole(as_it_is):
        return as_it_is
    respelled = _validated(shape.respell(candidate), shape)
    if respelled is not None and (as_it_is is None or shape.filled(respelled) > shape.filled(as_it_is)):
        return respelled
    return as_it_is


def _validated(candidate: dict[str, Any], shape: ReplyShape[Value]) -> Value | None:
    if shape.fields.isdisjoint(candidate):
        return None
    try:
        return shape.validate(candidate)
    except ValidationError:
        return None
