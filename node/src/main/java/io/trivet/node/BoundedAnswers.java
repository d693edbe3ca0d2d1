package io.trivet.node;

import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.WireCodec;
import java.util.ArrayList;
import java.util.List;

/** Answers that travel together in one header, which has at most 1 MiB. One thread. */
final class BoundedAnswers {
    private static final int MOST_BYTES = 768 << 10;

    private final Reply instead;
    private final List<Reply> answers = new ArrayList<>();
    private int bytes;

    /** @param instead what is told in place of an answer that does not fit; a few bytes */
    BoundedAnswers(Reply instead) {
        this.instead = instead;
    }

    /** Whether no further answer fits. */
    boolean isFull() {
        return bytes >= MOST_BYTES;
    }

    void add(Reply answer) {
        int length = WireCodec.to(answer).getSerializedSize();
        if (bytes + length > MOST_BYTES) {
            bytes = MOST_BYTES;
            answers.add(instead);
        } else {
            bytes += length;
            answers.add(answer);
        }
    }

    Reply.Each each() {
        return new Reply.Each(answers);
    }
}
