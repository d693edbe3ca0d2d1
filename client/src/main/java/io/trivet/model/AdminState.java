package io.trivet.model;

/** What the operators want of a node, as far as layouts go. */
public enum AdminState {
    /** It has slots, or gets them back when it returns. */
    IN,
    /**
     * It joined a cluster that held data, and has had no slots yet: an operator, or the setting for
     * it, takes it in.
     */
    WAITING,
    /** It has no slots and gets none, takes no new chunks, and hands back what it holds. */
    DRAINED,
    /**
     * It is gone for good: nothing is asked of it, and it is forgotten as soon as no layout and no
     * master's seat names it.
     */
    REMOVED;

    /** Whether a layout may name such a node. */
    public boolean mayHaveSlots() {
        return this == IN || this == WAITING;
    }
}
