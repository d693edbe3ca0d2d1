package io.trivet.node.access;

import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.NodeId;
import io.trivet.node.LocalCluster;
import io.trivet.wire.Connector;
import io.trivet.wire.credentials.DelegatedLogin;
import io.trivet.wire.credentials.SignatureV4;
import io.trivet.wire.credentials.SignedText;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;

/** What clients of S3 sign, and what nodes do with it. */
final class SignedByUsers {
    static final Duration LIMIT = Duration.ofSeconds(10);

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

    private SignedByUsers() {}

    /** As a client signs a request, then. */
    static SignedText at(Instant time, Account account) {
        String day = TIME.format(time).substring(0, 8);
        String text = "AWS4-HMAC-SHA256\n" + TIME.format(time) + "\n" + day + "/us-east-1/s3/aws4_request\n"
                + "0a".repeat(32);
        byte[] key = SignatureV4.key(account.secret().text(), day, "us-east-1");
        return new SignedText(account.accessKey(), List.of(text), SignatureV4.sign(key, text));
    }

    static SignedText now(Account account) {
        return at(Instant.now(), account);
    }

    /** With the signature of something else. */
    static SignedText wrong(String user) {
        return new SignedText(
                user,
                now(new Account(user, io.trivet.wire.credentials.Secret.random()))
                        .texts(),
                "0b".repeat(32));
    }

    /** What this node is told when it shows that to the node there. */
    static Reply.Delegated show(Connector node, Address leader, SignedText signed, String client) {
        return (Reply.Delegated) node.call(leader, RequestEnvelope.toAny(new Request.Delegate(signed, client)), LIMIT);
    }

    static DelegatedLogin login(SignedText signed, NodeId node, Reply.Delegated told) {
        return new DelegatedLogin(signed.accessKey(), node, told.untilMs(), told.loginKey());
    }

    /** A client as a node has it for a user. */
    static TrivetClient client(LocalCluster cluster, DelegatedLogin login) {
        return TrivetClient.connectFor(
                () -> login, ClientOptions.of(cluster.addresses(), cluster.trust()), TrivetClient.buffers(8));
    }

    static Address leader(LocalCluster cluster, TrivetClient client) {
        NodeId leads = client.cluster().status().leader().orElseThrow();
        return cluster.node(leads).address();
    }
}
