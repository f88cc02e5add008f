"""The use case of ``search-data remove``: deletes an export that was imported by mistake."""

from __future__ import annotations

from typing import TYPE_CHECKING

from generator.errors import UsageError

if TYPE_CHECKING:
    from generator.content.search_data.exports import Export
    from generator.workflows.ports import HasSearchData


def remove_export(services: HasSearchData, number: int) -> Export:
    """Delete the export with this id and all its figures. Returns what was deleted.

    Raises:
        UsageError: there is no such export.
        StorageError: the search data cannot be written.
    """
    export = next((export for export in services.search_data.exports() if export.id == number), None)
    if export is None:
        raise UsageError(f"no export has the id {number}: generator search-data show lists them")
    services.search_data.remove(export)
    return export
