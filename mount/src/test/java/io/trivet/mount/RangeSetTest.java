package io.trivet.mount;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.BitSet;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

final class RangeSetTest {
    private static final int LIMIT = 64;

    @Test
    void rangesThatTouchBecomeOne() {
        RangeSet set = new RangeSet();
        set.add(0, 10);
        set.add(20, 30);
        set.add(10, 20);
        assertThat(set.at(5)).isEqualTo(new RangeSet.Range(0, 30));
        assertThat(set.gaps(0, 40)).isEqualTo(List.of(new RangeSet.Range(30, 40)));
    }

    /** After any additions and cuts it says what a set of bits says. */
    @Property(tries = 300)
    void itIsASet(@ForAll long seed) {
        Random random = new Random(seed);
        RangeSet set = new RangeSet();
        BitSet bits = new BitSet();
        for (int i = 0; i < 30; i++) {
            int begin = random.nextInt(LIMIT);
            int end = begin + random.nextInt(LIMIT - begin + 1);
            if (random.nextInt(6) == 0) {
                set.cut(begin);
                bits.clear(begin, LIMIT);
            } else {
                set.add(begin, end);
                bits.set(begin, end);
            }
            for (int at = 0; at < LIMIT; at++) {
                assertThat(set.at(at) != null).as("%s at %s", set, at).isEqualTo(bits.get(at));
                int next = bits.nextSetBit(at);
                assertThat(set.next(at, LIMIT)).isEqualTo(next < 0 ? LIMIT : next);
            }
            long missing = set.gaps(0, LIMIT).stream()
                    .mapToLong(RangeSet.Range::length)
                    .sum();
            assertThat(missing).isEqualTo(LIMIT - bits.cardinality());
        }
    }
}
