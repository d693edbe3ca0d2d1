package io.trivet.faults.history;

import io.trivet.model.Refusal;

/** The result of an operation. */
public sealed interface Result {
    /** A change was made. */
    record Done() implements Result {}

    /** What the name refers to. */
    record Is(Thing thing) implements Result {}

    /** Refused because of the current names; nothing was changed. */
    record Refused(Refusal.Kind kind) implements Result {}

    /** The change was applied, may still be applied, or never will be. */
    record Unknown() implements Result {}
}
