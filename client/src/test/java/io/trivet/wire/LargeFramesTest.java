package io.trivet.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ProtocolException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Whatever thousands of callers send at once, it is no more than there is room for. */
class LargeFramesTest {
    private static final Duration SHORT = Duration.ofMillis(20);

    private final LargeFrames room = new LargeFrames();

    @Test
    void largeFramesShareTheRoomAndSmallOnesNeedNone() throws ProtocolException {
        int taken = room.take(LargeFrames.MAX_BYTES - LargeFrames.SMALL, SHORT);
        int rest = room.take(1, SHORT);
        assertThat(rest).isZero();
        assertThatThrownBy(() -> room.take(LargeFrames.SMALL + 1, SHORT)).isInstanceOf(ProtocolException.class);
        assertThat(room.take(LargeFrames.SMALL, SHORT)).isZero();
        room.giveBack(taken);
        assertThat(room.take(LargeFrames.MAX_BYTES, SHORT)).isPositive();
    }
}
