"""The services that the batch workflows use."""

from __future__ import annotations

from typing import Protocol

from generator.workflows.ports import (
    HasBatches,
    HasClaims,
    HasCorpus,
    HasDraftFiles,
    HasDrafts,
    HasEndpoints,
    HasLedger,
    HasModel,
    HasPrompts,
    HasProposals,
    HasRuns,
    HasSettings,
)


class BatchStoreServices(HasSettings, HasLedger, HasBatches, Protocol):
    """What reading and writing the batches of a ledger needs."""


class BatchServices(
    BatchStoreServices,
    HasRuns,
    HasDrafts,
    HasProposals,
    HasClaims,
    HasCorpus,
    HasPrompts,
    HasEndpoints,
    HasModel,
    Protocol,
):
    """What a run over batches needs, drafting and proposing included."""


class ListBatchServices(BatchServices, HasDraftFiles, Protocol):
    """What a run over batches needs that also plans a list or restores draft files."""
