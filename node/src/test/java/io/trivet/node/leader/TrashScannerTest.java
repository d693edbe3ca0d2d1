package io.trivet.node.leader;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.model.FileId;
import io.trivet.namespace.RemovedPage;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** A trash of a thousand files, in pages of ten. */
final class TrashScannerTest {
    private static final int PAGE = 10;
    private static final int FILES = 1000;

    private final TreeSet<Long> due = new TreeSet<>();
    private final List<Long> left = new ArrayList<>();
    private final TrashScanner rounds = new TrashScanner();
    private int pages;

    private void round() {
        rounds.round(
                from -> {
                    pages++;
                    long end = from.counter() + PAGE;
                    return new RemovedPage(
                            due.subSet(from.counter(), end).stream()
                                    .map(counter -> new FileId(1, counter))
                                    .toList(),
                            end > FILES ? null : new FileId(1, end));
                },
                ids -> ids.forEach(id -> {
                    left.add(id.counter());
                    due.remove(id.counter());
                }));
    }

    @Test
    void aRoundInWhichNothingIsDueLooksAtOnePage() {
        for (int round = 1; round <= 2 * FILES / PAGE; round++) {
            round();
            assertThat(pages).isEqualTo(round);
        }
    }

    @Test
    void whatIsDueLeavesWithinAsManyRoundsAsThereArePages() {
        due.addAll(Set.of(1L, 500L, 999L, 1000L));
        for (int round = 0; round < FILES / PAGE; round++) {
            round();
        }
        assertThat(left).containsExactly(1L, 500L, 999L, 1000L);
    }

    @Test
    void allThatIsDueTogetherLeavesInOneRound() {
        LongStream.rangeClosed(1, FILES).forEach(due::add);
        round();
        assertThat(left).hasSize(FILES);
    }
}
