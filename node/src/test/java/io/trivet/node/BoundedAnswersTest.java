package io.trivet.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.model.Query;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.WireCodec;
import java.util.Collections;
import org.junit.jupiter.api.Test;

/** What many at once may make a node hold. */
class BoundedAnswersTest {
    private static final Reply INSTEAD = new Reply.Refused(new Refusal(Refusal.Kind.BUSY, "", "too long"));
    private static final Reply LONG = new Reply.Refused(new Refusal(Refusal.Kind.BAD_REQUEST, "", "x".repeat(10_000)));

    @Test
    void answersThatDoNotFitIntoOneHeaderAreToldToBeAskedForAlone() {
        BoundedAnswers answers = new BoundedAnswers(INSTEAD);
        for (int number = 0; number < Request.MAX_TOGETHER; number++) {
            answers.add(LONG);
        }
        assertThat(answers.isFull()).isTrue();
        assertThat(answers.each().answers()).hasSize(Request.MAX_TOGETHER).contains(LONG, INSTEAD);
        assertThat(answers.each().answers().getLast()).isEqualTo(INSTEAD);
        assertThat(WireCodec.to(answers.each()).getSerializedSize()).isLessThan(1 << 20);
    }

    @Test
    void thereAreNoMoreThanThereMayBeInOneRequest() {
        Query query = new Query.Lookup(RemotePath.ROOT);
        assertThat(new Request.AskAll(Collections.nCopies(Request.MAX_TOGETHER, query)).queries())
                .hasSize(Request.MAX_TOGETHER);
        assertThatThrownBy(() -> new Request.AskAll(Collections.nCopies(Request.MAX_TOGETHER + 1, query)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
