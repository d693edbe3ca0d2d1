package io.trivet.cli.doctor;

import io.trivet.cli.text.ErrorMessage;
import io.trivet.cli.text.Text;
import io.trivet.model.Address;
import io.trivet.model.ClusterId;
import io.trivet.model.NodeId;
import io.trivet.model.TrivetException;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.JoinToken;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Asks the nodes of a cluster about this server: the offset of their clocks, and whether they reach
 * it.
 *
 * @param others the addresses of the nodes to ask
 * @param token the token with which this server is to join; empty for a member
 * @param introduction how a member authenticates without a certificate
 */
record PeerCheck(
        ClusterId cluster,
        TransportSecurity transportSecurity,
        List<Address> others,
        Optional<JoinToken> token,
        Optional<LoginHandshake> introduction) {
    private static final Duration LIMIT = Duration.ofSeconds(6);
    private static final Duration WRONG = Duration.ofMinutes(1);
    private static final Duration ODD = Duration.ofSeconds(2);
    private static final int MAX_ASKED = 16;

    PeerCheck {
        others = List.copyOf(others);
    }

    /** The clock and the reachability, for all nodes. {@code own}: where this server listens. */
    List<CheckResult> findings(@Nullable Address own) {
        List<CheckResult> findings = new ArrayList<>();
        try (Connector connector = new Connector("trivet-doctor", cluster, transportSecurity)) {
            introduction.ifPresent(oneself -> connector.introduceAs(oneself, true));
            for (Address other : others.stream().distinct().limit(MAX_ASKED).toList()) {
                findings.addAll(ask(connector, other, own == null ? other : own, own != null));
            }
        }
        return findings;
    }

    private List<CheckResult> ask(Connector connector, Address other, Address own, boolean listens) {
        Text check = Text.of("node at {0}", other);
        try {
            Instant before = Instant.now();
            Reply reply = connector.call(
                    other, LIMIT, channel -> new RequestEnvelope(null, new Request.Examine(own), proof(channel)));
            Instant after = Instant.now();
            if (!(reply instanceof Reply.Examined seen)) {
                return List.of(CheckResult.fail(
                        check, Text.of("it answered something else"), Text.of("is it another release of Trivet?")));
            }
            List<CheckResult> findings = new ArrayList<>();
            findings.add(clock(check, offset(before, seen.now(), after)));
            if (listens) {
                findings.add(way(check, own, seen));
            }
            return findings;
        } catch (TrivetException e) {
            return List.of(CheckResult.warn(
                    check,
                    Text.of("not asked: {0}", ErrorMessage.about(e)),
                    Text.of("is it running, and may this server reach it?")));
        }
    }

    private byte @Nullable [] proof(byte[] channel) {
        return token.map(shown -> JoinProof.toExamine(shown, channel)).orElse(null);
    }

    /**
     * How far its clock is ahead of ours. Its answer was made at some time between; zero if that
     * explains the difference.
     */
    static Duration offset(Instant before, Instant theirs, Instant after) {
        if (theirs.isBefore(before)) {
            return Duration.between(before, theirs);
        }
        return theirs.isAfter(after) ? Duration.between(after, theirs) : Duration.ZERO;
    }

    static CheckResult clock(Text check, Duration offset) {
        Duration away = offset.abs();
        Text found = compared(offset, String.format(Locale.ROOT, "%.3f", away.toMillis() / 1e3));
        Text advice = Text.of("set the clock: chrony or systemd-timesyncd on every server");
        if (away.compareTo(WRONG) > 0) {
            return CheckResult.fail(check, found, advice);
        }
        return away.compareTo(ODD) > 0 ? CheckResult.warn(check, found, advice) : CheckResult.ok(check, found);
    }

    private static Text compared(Duration offset, String seconds) {
        if (offset.abs().compareTo(Duration.ofMillis(1)) <= 0) {
            return Text.of("its clock agrees with this server's");
        }
        return offset.isNegative()
                ? Text.of("its clock is {0} s behind this server's", seconds)
                : Text.of("its clock is {0} s ahead of this server's", seconds);
    }

    static CheckResult way(Text check, Address own, Reply.Examined seen) {
        return seen.reached()
                ? CheckResult.ok(check, Text.of("it reaches this server at {0}", own))
                : CheckResult.fail(
                        check,
                        Text.of("it does not reach this server at {0}: {1}", own, Text.told(seen.reason())),
                        Text.of("look at names (DNS, /etc/hosts), addresses and firewalls between the two"));
    }

    /** The node that answers at an address; null if it is no node of this cluster. */
    static @Nullable NodeId whoIs(Connector connector, Address address) {
        try {
            return connector.call(address, RequestEnvelope.toAny(new Request.GetView()), LIMIT)
                            instanceof Reply.ViewOf view
                    ? view.node()
                    : null;
        } catch (TrivetException _) {
            return null;
        }
    }
}
