package io.trivet.faults.history;

import io.trivet.model.Refusal;

/** What a client was told. */
public sealed interface Result {
    /** A change was made. */
    record Done() implements Result {}

    /** What a name stands for. */
    record Is(Thing thing) implements Result {}

    /** Refused because of what the names stood for; nothing was changed. */
    record Refused(Refusal.Kind kind) implements Result {}

    /** The change may have been made, or may still be made, or not. */
    record Unknown() implements Result {}
}
