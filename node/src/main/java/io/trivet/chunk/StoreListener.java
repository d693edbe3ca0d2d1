package io.trivet.chunk;

import io.trivet.model.Slot;

/**
 * Told what becomes of the chunks of each slot. Every {@link #changing} is followed by one {@link #stored} or {@link #changed}, so that whoever lists a
 * slot meanwhile knows that the list may be of no moment at all. Called by any thread; must be quick and must not call the store.
 */
public interface StoreListener {
    StoreListener NONE = new StoreListener() {
        @Override
        public void changing(Slot slot) {}

        @Override
        public void stored(Slot slot, Stored chunk) {}

        @Override
        public void changed(Slot slot) {}
    };

    /** What the slot holds is about to change. */
    void changing(Slot slot);

    /** It holds this chunk now, which it did not before; the chunk is durable (rule 11). */
    void stored(Slot slot, Stored chunk);

    /** Something went, or may have come: only a list can tell. */
    void changed(Slot slot);
}
