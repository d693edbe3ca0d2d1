package io.trivet.faults;

import io.trivet.faults.machine.Abilities;
import io.trivet.faults.powerloss.SurvivalPolicy;
import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Draws faults from a seed; deterministic for a seed, abilities and kinds. Only the disks of one
 * random node are ever damaged in a run, so that the replicas on the others stay sound. The last
 * fault wipes one of these disks, if that kind is wanted.
 */
final class Schedule {
    private static final String WIPE = "wipe";

    /** The offsets of a clock in either direction, with equal probability. */
    private static final List<Duration> JUMPS = List.of(
            Duration.ofSeconds(1),
            Duration.ofMinutes(1),
            Duration.ofHours(1),
            Duration.ofDays(1),
            Duration.ofDays(365));

    private final Random random;
    private final List<NodeId> nodes;
    private final NodeId damaged;
    private final Set<String> wanted;
    private final List<SurvivalPolicy> survivals;
    private final SortedSet<String> known = new TreeSet<>(Set.of(WIPE));
    private final List<Supplier<Fault>> kinds = new ArrayList<>();

    /** Of all kinds. */
    Schedule(long seed, List<NodeId> nodes, Abilities abilities) {
        this(seed, nodes, abilities, Set.of(), List.of(SurvivalPolicy.values()));
    }

    /**
     * Of some kinds.
     *
     * @param wanted names of kinds; empty for all
     * @param survivals what may survive a power loss
     */
    Schedule(long seed, List<NodeId> nodes, Abilities abilities, Set<String> wanted, List<SurvivalPolicy> survivals) {
        this.survivals = List.copyOf(survivals);
        this.random = new Random(seed);
        this.nodes = List.copyOf(nodes);
        this.damaged = anyNode();
        this.wanted = Set.copyOf(wanted);
        addProcesses();
        addDamage();
        addNetwork(abilities.network());
        addFull(abilities);
        addClock(abilities.clock().isPresent());
        addPowerLoss(abilities.powerLoss());
        add("snapshot", true, 3, () -> new Fault.SnapshotReturned(anyNode(), between(2000, 15_000), between(0, 1000)));
        add("restore", true, 2, () -> new Fault.Restore(someNodes(), between(2000, 8000)));
        requireKnown();
    }

    /** One to three nodes; a node may repeat. */
    private List<NodeId> someNodes() {
        return Stream.generate(this::anyNode).limit(1 + random.nextInt(3)).toList();
    }

    private void requireKnown() {
        if (!known.containsAll(wanted)) {
            throw new IllegalArgumentException("kinds are " + known + ", not all of " + wanted);
        }
    }

    private void add(String name, boolean possible, int weight, Supplier<Fault> kind) {
        known.add(name);
        if (possible && isWanted(name)) {
            kinds.addAll(Collections.nCopies(weight, kind));
        }
    }

    private boolean isWanted(String name) {
        return wanted.isEmpty() || wanted.contains(name);
    }

    private void addProcesses() {
        add("kill", true, 14, () -> new Fault.Kill(anyNode(), between(500, 4000)));
        add("kill", true, 12, () -> new Fault.KillLeader(between(500, 4000)));
        add("kill", true, 6, () -> new Fault.KillAll(between(0, 1000)));
        add("pause", true, 8, () -> new Fault.Pause(anyNode(), between(200, 8000)));
        add("pause", true, 6, () -> new Fault.PauseLeader(between(200, 8000)));
    }

    /**
     * The audit follows soon after damage: workers replace their files often, and a bad replica of
     * a removed file shows nothing.
     */
    private void addDamage() {
        add("damage", true, 8, () -> new Fault.FlipBit(damaged, Fault.Part.DATA, between(0, 150)));
        add("damage", true, 5, () -> new Fault.FlipBit(damaged, Fault.Part.TRAILER, between(0, 150)));
        add("damage", true, 6, () -> new Fault.Truncate(damaged, between(0, 150)));
        add("damage", true, 6, () -> new Fault.Delete(damaged, between(0, 150)));
        add("unplug", true, 5, () -> new Fault.UnplugDisk(anyNode(), random.nextBoolean(), between(500, 5000)));
    }

    private void addNetwork(boolean can) {
        add("network", can, 5, () -> new Fault.Isolate(anyNode(), reach(), between(500, 12_000)));
        add("network", can, 8, () -> new Fault.IsolateLeader(reach(), between(2000, 12_000)));
        add("network", can, 4, () -> new Fault.Mute(anyNode(), between(500, 12_000)));
        add("network", can, 4, () -> new Fault.Deafen(anyNode(), between(500, 12_000)));
        add("network", can, 6, this::cutLink);
        add("network", can, 5, () -> new Fault.SlowLink(anyNode(), 1000 + random.nextInt(9000), between(1000, 8000)));
    }

    private void addFull(Abilities abilities) {
        add("full", abilities.fullDisks(), 5, () -> new Fault.FillDisks(anyNode(), between(1000, 8000)));
        add("full", abilities.fullDisks(), 4, () -> new Fault.FillAll(between(1000, 10_000)));
        add("full", abilities.fullDisks(), 2, () -> new Fault.FillMasters(between(1000, 10_000)));
        add("full", abilities.powerLoss(), 2, () -> new Fault.FillLog(anyNode(), between(1000, 8000)));
    }

    private void addClock(boolean can) {
        add("clock", can, 5, () -> new Fault.JumpClock(anyNode(), jump(), between(2000, 6000)));
        add("clock", can, 3, () -> new Fault.JumpLeaderClock(jump(), between(2000, 6000)));
    }

    private void addPowerLoss(boolean can) {
        add("powerloss", can, 10, () -> new Fault.PowerLossAll(survival(), seed(), isAgain(), between(0, 1000)));
        add("powerloss", can, 8, () -> new Fault.PowerLoss(anyNode(), survival(), seed(), isAgain(), between(0, 4000)));
    }

    private SurvivalPolicy survival() {
        return survivals.get(random.nextInt(survivals.size()));
    }

    private int seed() {
        return random.nextInt(1 << 30);
    }

    private boolean isAgain() {
        return random.nextInt(4) == 0;
    }

    private Fault cutLink() {
        NodeId one = anyNode();
        List<NodeId> others = nodes.stream().filter(node -> !node.equals(one)).toList();
        return new Fault.CutLink(one, others.get(random.nextInt(others.size())), between(500, 12_000));
    }

    private Fault.Reach reach() {
        return random.nextBoolean() ? Fault.Reach.NODES : Fault.Reach.NODES_AND_CLIENTS;
    }

    private Duration jump() {
        Duration by = JUMPS.get(random.nextInt(JUMPS.size()));
        return random.nextBoolean() ? by : by.negated();
    }

    /** Draws a whole run. A disk's permanent loss comes last, because it is not healed. */
    List<Fault> draw(int count) {
        if (kinds.isEmpty()) {
            throw new IllegalArgumentException("nothing of " + wanted + " can be broken here");
        }
        boolean wipes = isWanted(WIPE);
        List<Fault> faults = new ArrayList<>();
        while (faults.size() < (wipes ? count - 1 : count)) {
            faults.add(kinds.get(random.nextInt(kinds.size())).get());
        }
        if (wipes) {
            faults.add(new Fault.WipeDisk(damaged, between(500, 3000)));
        }
        return List.copyOf(faults);
    }

    private NodeId anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private Duration between(int fromMs, int toMs) {
        return Duration.ofMillis(fromMs + random.nextInt(toMs - fromMs + 1));
    }
}
