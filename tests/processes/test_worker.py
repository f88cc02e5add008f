"""What the main program of a worker offers to other processes too."""

import gc

import pytest

from generator.processes.worker import paused_gc


def test_the_garbage_collector_is_paused_for_the_block_alone():
    with pytest.raises(ValueError), paused_gc():
        assert not gc.isenabled()
        raise ValueError
    assert gc.isenabled()
    gc.unfreeze()


def test_a_collector_that_is_off_stays_off():
    gc.disable()
    try:
        with paused_gc():
            pass
        assert not gc.isenabled()
    finally:
        gc.enable()
        gc.unfreeze()
