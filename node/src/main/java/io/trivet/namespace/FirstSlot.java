package io.trivet.namespace;

import io.trivet.model.Slot;

/** The rule that picks the slot of a file's first chunk, so that balancing slots balances bytes. Readers never care how it was picked. */
final class FirstSlot {
    /** A multiple of 3: on three nodes every whole file begins on the same node, which is the table of the original system. */
    private static final int STEP_OF_THREE = 1563;

    /** Shares no divisor with the number of slots: every slot is the first one equally often. */
    private static final int STEP = 1559;

    private FirstSlot() {}

    /** From the slot of one file to that of the next. {@code whole}: the file has at least as many chunks as the layout has nodes. */
    static int step(boolean whole, int nodes) {
        return whole && nodes == 3 ? STEP_OF_THREE : STEP;
    }

    /** The slot of the k-th file, from 0. */
    static Slot of(long k, int step) {
        return new Slot(0).plus(k % Slot.COUNT * step);
    }
}
