package io.trivet.faults;

import io.trivet.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Random;

/**
 * Draws faults from a seed: the same seed, the same faults. Only one node's disk is ever damaged in a run, so that what is good on the others stays; and
 * the node is a random one.
 */
final class Schedule {
    private final Random random;
    private final List<NodeId> nodes;
    private final NodeId damaged;

    Schedule(long seed, List<NodeId> nodes) {
        this.random = new Random(seed);
        this.nodes = List.copyOf(nodes);
        this.damaged = anyNode();
    }

    Fault next() {
        int dice = random.nextInt(100);
        if (dice < 22) {
            return new Fault.Kill(anyNode(), between(500, 4000));
        }
        if (dice < 38) {
            return new Fault.KillLeader(between(500, 4000));
        }
        if (dice < 46) {
            return new Fault.KillAll(between(0, 1000));
        }
        if (dice < 58) {
            return new Fault.Pause(anyNode(), between(200, 8000));
        }
        if (dice < 66) {
            return new Fault.PauseLeader(between(200, 8000));
        }
        return damage(dice);
    }

    /** The audit follows soon: workers replace their files all the time, and a bad replica of a file that is gone shows nothing. */
    private Fault damage(int dice) {
        Duration lasting = between(0, 150);
        if (dice < 77) {
            return new Fault.FlipBit(damaged, Fault.Part.DATA, lasting);
        }
        if (dice < 84) {
            return new Fault.FlipBit(damaged, Fault.Part.TRAILER, lasting);
        }
        return dice < 92 ? new Fault.Truncate(damaged, lasting) : new Fault.Delete(damaged, lasting);
    }

    private NodeId anyNode() {
        return nodes.get(random.nextInt(nodes.size()));
    }

    private Duration between(int fromMs, int toMs) {
        return Duration.ofMillis(fromMs + random.nextInt(toMs - fromMs + 1));
    }
}
