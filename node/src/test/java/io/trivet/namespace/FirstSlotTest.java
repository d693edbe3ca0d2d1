package io.trivet.namespace;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.Slot;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

final class FirstSlotTest {
    @Test
    void wholeFilesOnThreeNodesBeginAtMultiplesOfThree() {
        int step = FirstSlot.step(true, 3);
        assertThat(LongStream.range(0, 10_000).map(k -> FirstSlot.of(k, step).number() % 3))
                .containsOnly(0L);
    }

    @Test
    void allOthersBeginInEverySlotEquallyOften() {
        for (int step : new int[] {FirstSlot.step(false, 3), FirstSlot.step(true, 4), FirstSlot.step(true, 1)}) {
            assertThat(LongStream.range(0, Slot.COUNT)
                            .map(k -> FirstSlot.of(k, step).number())
                            .distinct())
                    .hasSize(Slot.COUNT);
        }
    }

    @Test
    void theRuleHoldsForVeryManyFiles() {
        assertThat(FirstSlot.of(1, 1559)).isEqualTo(new Slot(1559));
        assertThat(FirstSlot.of(2520L * 1_000_000_007L * 1_000_000 + 2, 1559)).isEqualTo(new Slot(1559 * 2 % 2520));
    }
}
