package io.trivet.faults;

import io.trivet.faults.machine.Abilities;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Supplier;

/**
 * Draws faults from a seed: the same seed and abilities, the same faults. Only one node's disks are ever damaged in a run, so that what is good on the
 * others stays; and the node is a random one. The last fault wipes one of them.
 */
final class Schedule {
    private final Random random;
    private final List<NodeId> nodes;
    private final NodeId damaged;
    private final List<Supplier<Fault>> kinds = new ArrayList<>();

    Schedule(long seed, List<NodeId> nodes, Abilities abilities) {
        this.random = new Random(seed);
        this.nodes = List.copyOf(nodes);
        this.damaged = anyNode();
        addProcesses();
        addDamage();
        if (abilities.network()) {
            addNetwork();
        }
        if (abilities.volumes()) {
            add(5, () -> new Fault.FillDisks(anyNode(), between(1000, 8000)));
        }
        if (abilities.clock().isPresent()) {
            add(5, () -> new Fault.JumpClock(anyNode(), jump(), between(2000, 6000)));
        }
    }

    private void add(int weight, Supplier<Fault> kind) {
        kinds.addAll(Collections.nCopies(weight, kind));
    }

    private void addProcesses() {
        add(14, () -> new Fault.Kill(anyNode(), between(500, 4000)));
        add(12, () -> new Fault.KillLeader(between(500, 4000)));
        add(6, () -> new Fault.KillAll(between(0, 1000)));
        add(8, () -> new Fault.Pause(anyNode(), between(200, 8000)));
        add(6, () -> new Fault.PauseLeader(between(200, 8000)));
    }

    /** The audit follows soon: workers replace their files all the time, and a bad replica of a file that is gone shows nothing. */
    private void addDamage() {
        add(8, () -> new Fault.FlipBit(damaged, Fault.Part.DATA, between(0, 150)));
        add(5, () -> new Fault.FlipBit(damaged, Fault.Part.TRAILER, between(0, 150)));
        add(6, () -> new Fault.Truncate(damaged, between(0, 150)));
        add(6, () -> new Fault.Delete(damaged, between(0, 150)));
        add(5, () -> new Fault.UnplugDisk(anyNode(), random.nextBoolean(), between(500, 5000)));
    }

    private void addNetwork() {
        add(5, () -> new Fault.Isolate(anyNode(), reach(), between(500, 12_000)));
        add(8, () -> new Fault.IsolateLeader(reach(), between(2000, 12_000)));
        add(4, () -> new Fault.Mute(anyNode(), between(500, 12_000)));
        add(4, () -> new Fault.Deafen(anyNode(), between(500, 12_000)));
        add(6, this::cutLink);
        add(5, () -> new Fault.SlowLink(anyNode(), 1000 + random.nextInt(9000), between(1000, 8000)));
    }

    private Fault cutLink() {
        NodeId one = anyNode();
        List<NodeId> others = nodes.stream().filter(node -> !node.equals(one)).toList();
        return new Fault.CutLink(one, others.get(random.nextInt(others.size())), between(500, 12_000));
    }

    private Fault.Reach reach() {
        return random.nextBoolean() ? Fault.Reach.NODES : Fault.Reach.NODES_AND_CLIENTS;
    }

    /** Seconds to days, either way. */
    private Duration jump() {
        Duration by = Duration.ofSeconds(1L << random.nextInt(1, 20));
        return random.nextBoolean() ? by : by.negated();
    }

    /** A whole run. What a disk has lost for good does not come back, so that is the last. */
    List<Fault> draw(int count) {
        List<Fault> faults = new ArrayList<>();
        while (faults.size() < count - 1) {
            faults.add(kinds.get(random.nextInt(kinds.size())).get());
        }
        faults.add(new Fault.WipeDisk(damaged, between(500, 3000)));
        return List.copyOf(faults);
    }

    private NodeId anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private Duration between(int fromMs, int toMs) {
        return Duration.ofMillis(fromMs + random.nextInt(toMs - fromMs + 1));
    }
}
