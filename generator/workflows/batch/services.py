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
    HasExaminers,
    HasLedger,
    HasModel,
    HasPrompts,
    HasProposals,
    HasRuns,
    HasScores,
    HasSearchData,
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
    HasScores,
    HasCorpus,
    HasPrompts,
    HasEndpoints,
    HasExaminers,
    HasModel,
    Protocol,
):
    """What a run over batches needs, drafting and proposing included."""


class ListBatchServices(BatchServices, HasDraftFiles, HasSearchData, Protocol):
    """What a run over batches needs that also plans a list or restores draft files."""
