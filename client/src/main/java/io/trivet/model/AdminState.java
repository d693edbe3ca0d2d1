package io.trivet.model;

/** What operators want of a node, as far as layouts are concerned. */
public enum AdminState {
    /** It has slots, or gets them back when it returns. */
    IN,
    /**
     * It joined a cluster that held data and has no slots yet. An operator takes it in, or the
     * setting {@link RebalanceSettings#automatic} does.
     */
    WAITING,
    /** It has no slots and gets none, takes no new chunks, and hands back what it holds. */
    DRAINED,
    /**
     * It has left permanently. Nothing is requested of it, and it is forgotten as soon as no layout
     * and no master's seat names it.
     */
    REMOVED;

    /** Whether a layout may name such a node. */
    public boolean mayHaveSlots() {
        return this == IN || this == WAITING;
    }
}
