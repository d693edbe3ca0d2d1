package io.trivet.chunk;

import io.trivet.model.Slot;

/**
 * Is told of every change to the chunks of a slot. Every {@link #changing} is followed by exactly
 * one of the other calls, so that a concurrent listing of the slot is known to be inconsistent.
 * Called by any thread; must be quick and must not call the store.
 */
public interface StoreChangeListener {
    StoreChangeListener NONE = new StoreChangeListener() {
        @Override
        public void changing(Slot slot) {}

        @Override
        public void stored(Slot slot, StoredChunk chunk) {}

        @Override
        public void removed(Slot slot, StoredChunk chunk) {}

        @Override
        public void unchanged(Slot slot) {}

        @Override
        public void changed(Slot slot) {}
    };

    /** The content of the slot is about to change. */
    void changing(Slot slot);

    /** The slot has this new chunk, which is durable (rule 11). */
    void stored(Slot slot, StoredChunk chunk);

    /** The slot no longer has this chunk, which a list showed before. */
    void removed(Slot slot, StoredChunk chunk);

    /** Nothing changed. */
    void unchanged(Slot slot);

    /** Chunks are gone or may have come; only a list can tell. */
    void changed(Slot slot);
}
