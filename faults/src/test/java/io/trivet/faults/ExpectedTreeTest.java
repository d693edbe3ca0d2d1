package io.trivet.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.faults.machine.Abilities;
import io.trivet.faults.powerloss.SurvivalPolicy;
import io.trivet.model.NodeId;
import io.trivet.model.RemotePath;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What must be there after a change; the fault tests rely on it. */
class ExpectedTreeTest {
    private static final RemotePath ROOM = RemotePath.parse("/room");
    private static final RemotePath OLD = RemotePath.parse("/room/old");
    private static final RemotePath NEW = RemotePath.parse("/room/new");
    private static final Content ONE = Content.of(1, 10);
    private static final Content TWO = Content.of(2, 20);

    private final ExpectedTree expectedTree = ExpectedTree.of(ROOM).withFile(OLD.resolve("a"), ONE);

    @Test
    void saveMakesMissingParents() {
        assertThat(expectedTree.directories()).containsExactly(ROOM, OLD);
        assertThat(expectedTree.files()).containsOnlyKeys(OLD.resolve("a"));
    }

    @Test
    void renamedDirectoryTakesEverythingAlong() {
        ExpectedTree renamed = expectedTree.renamed(OLD, NEW);
        assertThat(renamed.directories()).containsExactly(ROOM, NEW);
        assertThat(renamed.files()).containsOnlyKeys(NEW.resolve("a"));
    }

    @Test
    void renamedFileReplaces() {
        ExpectedTree renamed = expectedTree.withFile(OLD.resolve("b"), TWO).renamed(OLD.resolve("b"), OLD.resolve("a"));
        assertThat(renamed.files()).containsOnlyKeys(OLD.resolve("a")).containsValue(TWO);
    }

    @Test
    void renameToItselfChangesNothing() {
        assertThat(expectedTree.renamed(OLD.resolve("a"), OLD.resolve("a"))).isEqualTo(expectedTree);
    }

    @Test
    void removedDirectoryTakesEverythingAlong() {
        ExpectedTree rest = expectedTree.without(OLD);
        assertThat(rest.directories()).containsExactly(ROOM);
        assertThat(rest.files()).isEmpty();
    }

    @Test
    void scheduleIsTheSameForTheSameSeed() {
        List<NodeId> nodes = List.of(new NodeId(0), new NodeId(1));
        Abilities all = new Abilities(true, true, true, Optional.of(Path.of("clock")), List.of());
        assertThat(new Schedule(5, nodes, all).draw(500)).isEqualTo(new Schedule(5, nodes, all).draw(500));
        assertThat(new Schedule(5, nodes, all)
                        .draw(500).stream().map(Fault::getClass).distinct())
                .as("every kind is drawn")
                .hasSize(Fault.class.getPermittedSubclasses().length);
    }

    @Test
    void aScheduleOfSomeKindsDrawsNoOthers() {
        List<NodeId> nodes = List.of(new NodeId(0), new NodeId(1));
        Abilities all = new Abilities(true, true, true, Optional.of(Path.of("clock")), List.of());
        assertThat(new Schedule(5, nodes, all, Set.of("powerloss", "snapshot"), List.of(SurvivalPolicy.STRICT))
                        .draw(100))
                .hasSize(100)
                .hasOnlyElementsOfTypes(Fault.PowerLoss.class, Fault.PowerLossAll.class, Fault.SnapshotReturned.class);
        assertThatThrownBy(() -> new Schedule(5, nodes, all, Set.of("flood"), List.of(SurvivalPolicy.STRICT)))
                .hasMessageContaining("flood");
    }
}
