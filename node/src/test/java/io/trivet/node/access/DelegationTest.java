package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Account;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.ChunkSize;
import io.trivet.model.Grant;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.TrivetException;
import io.trivet.node.LocalCluster;
import io.trivet.wire.Connector;
import io.trivet.wire.credentials.DelegatedLogin;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.SignatureV4;
import io.trivet.wire.credentials.SignedText;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A node acts for a user only with what the user has signed, and only as far as the user may. */
class DelegationTest {
    private static final NodeId N1 = new NodeId(1);
    private static final String CLIENT = "192.0.2.7";
    private static final byte[] BYTES = "what nobody else should read".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient admin;
    private static Connector node;
    private static Account ada;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base, 2, new ChunkSize(64 << 10));
        admin = cluster.client();
        node = cluster.connectorAs(N1);
        ada = user("ada");
        admin.users().setRights("ada", grant("/ada", Right.READ, Right.WRITE));
    }

    @AfterAll
    static void stop() {
        node.close();
        admin.close();
        cluster.close();
    }

    @Test
    void aNodeThatShowsWhatAUserHasSignedDoesWhatTheUserMay() throws IOException {
        SignedText signed = SignedByUsers.now(ada);
        Reply.Delegated told = show(signed);
        assertThat(told.signingKey()).isEqualTo(SignatureV4.key(ada.secret().text(), signed.date(), "us-east-1"));
        assertThat(told.validMs()).isEqualTo(Duration.ofMinutes(10).toMillis());
        admin.save(new ByteArrayInputStream(BYTES), path("/others/paper"), Progress.NONE);
        try (TrivetClient client = SignedByUsers.client(cluster, SignedByUsers.login(signed, N1, told))) {
            client.save(new ByteArrayInputStream(BYTES), path("/ada/own"), Progress.NONE);
            assertThat(load(client, "/ada/own")).isEqualTo(BYTES);
            assertRefused(Refusal.Kind.FORBIDDEN, () -> load(client, "/others/paper"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.makeDirectory(path("/others/mine")));
        }
        assertThat(((io.trivet.model.NameEntry.File) admin.stat(path("/ada/own")))
                        .record()
                        .owner())
                .isEqualTo("ada");
    }

    @Test
    void aWrongSignatureAndAnUnknownUserAreRefusedInTheSameWords() {
        for (String user : List.of("ada", "nobody")) {
            assertThatThrownBy(() -> show(SignedByUsers.wrong(user)))
                    .isInstanceOfSatisfying(TrivetException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Refusal.Kind.DENIED);
                        assertThat(e.refusal().detail())
                                .isEqualTo("there is no such access key, or it has another secret");
                    });
        }
    }

    /** Only nodes act for users: others show the leader their own secret, or nothing. */
    @Test
    void whoIsNoMemberIsRefusedWhateverItShows() throws IOException {
        try (Connector stranger = cluster.connector()) {
            SignedText signed = SignedByUsers.now(ada);
            assertRefused(Refusal.Kind.FORBIDDEN, () -> SignedByUsers.show(stranger, leader(), signed, CLIENT));
            stranger.introduceAs(
                    new io.trivet.wire.LoginHandshake(
                            new io.trivet.model.CallerIdentity.OfUser("ada", 0), ada.secret()::bytes),
                    true);
            assertRefused(Refusal.Kind.FORBIDDEN, () -> SignedByUsers.show(stranger, leader(), signed, CLIENT));
        }
    }

    @Test
    void aNodeThatDoesNotLeadAnswersNothing() {
        Address other = cluster.addresses().stream()
                .filter(each -> !each.equals(leader()))
                .findAny()
                .orElseThrow();
        assertRefused(Refusal.Kind.NOT_LEADER, () -> SignedByUsers.show(node, other, SignedByUsers.now(ada), CLIENT));
    }

    /** The day stands in what is signed, so a signature gives the key of its own day and of no other. */
    @Test
    void whatWasSignedOnOneDayDoesNotGiveTheKeyOfAnother() {
        SignedText today = SignedByUsers.now(ada);
        Instant yesterday = Instant.now().minus(Duration.ofDays(1));
        String texts = SignedByUsers.at(yesterday, ada).texts().getFirst();
        assertRefused(Refusal.Kind.DENIED, () -> show(new SignedText("ada", List.of(texts), today.signature())));
        SignedText before = SignedByUsers.at(yesterday, ada);
        assertThat(show(before).signingKey())
                .isEqualTo(SignatureV4.key(ada.secret().text(), before.date(), "us-east-1"))
                .isNotEqualTo(show(today).signingKey());
    }

    @Test
    void whatWasSignedLongAgoOrForLaterIsRefused() {
        Instant now = Instant.now();
        show(SignedByUsers.at(now.minus(Duration.ofDays(7)), ada));
        show(SignedByUsers.at(now.plus(Duration.ofMinutes(14)), ada));
        for (Instant time : List.of(
                now.minus(Duration.ofDays(7)).minus(Duration.ofMinutes(16)), now.plus(Duration.ofMinutes(16)))) {
            assertThatThrownBy(() -> show(SignedByUsers.at(time, ada)))
                    .isInstanceOfSatisfying(TrivetException.class, e -> {
                        assertThat(e.kind()).isEqualTo(Refusal.Kind.DENIED);
                        assertThat(e.getMessage()).contains("set the clock");
                    });
        }
    }

    @Test
    void whatWasSignedWithAnEarlierSecretIsRefused() {
        Account first = user("dora");
        SignedText signed = SignedByUsers.now(first);
        show(signed);
        Account after = new Account("dora", Secret.random());
        admin.users().rotateSecret("dora", after.secret());
        assertRefused(Refusal.Kind.DENIED, () -> show(signed));
        show(SignedByUsers.now(after));
    }

    /** The key is for one node and one time: whoever changes one of them has no key. */
    @Test
    void aLoginOfAnotherNodeOrForLongerIsRefused() {
        SignedText signed = SignedByUsers.now(ada);
        Reply.Delegated told = show(signed);
        for (DelegatedLogin forged : List.of(
                new DelegatedLogin("ada", new NodeId(0), told.untilMs(), told.loginKey()),
                new DelegatedLogin("ada", N1, told.untilMs() + 1, told.loginKey()),
                new DelegatedLogin("admin", N1, told.untilMs(), told.loginKey()))) {
            try (TrivetClient client = SignedByUsers.client(cluster, forged)) {
                assertRefused(Refusal.Kind.DENIED, () -> client.stat(path("/ada")));
            }
        }
    }

    /** A node that is taken over makes no users, and gives no rights that would outlast it. */
    @Test
    void noNodeAdministersForAnybody() {
        Account chief = cluster.account();
        SignedText signed = SignedByUsers.now(chief);
        try (TrivetClient client = SignedByUsers.client(cluster, SignedByUsers.login(signed, N1, show(signed)))) {
            client.makeDirectory(path("/chief"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.users().setRights("ada", grant("/", Right.ADMINISTER)));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.users().list());
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.users().remove("ada"));
        }
        try (Connector connector = cluster.connector()) {
            DelegatedLogin login = SignedByUsers.login(signed, N1, show(signed));
            connector.introduceAs(io.trivet.wire.LoginHandshake.ofDelegate(() -> login), true);
            assertRefused(
                    Refusal.Kind.FORBIDDEN,
                    () -> connector.call(leader(), RequestEnvelope.toAny(new Request.BackUp(0)), SignedByUsers.LIMIT));
        }
    }

    @Test
    void whoGuessesByANodeWaitsAndOthersDoNot() {
        for (int guess = 0; guess < FailedLogins.FREE; guess++) {
            assertRefused(
                    Refusal.Kind.DENIED,
                    () -> SignedByUsers.show(node, leader(), SignedByUsers.wrong("ada"), "192.0.2.66"));
        }
        assertRefused(
                Refusal.Kind.BUSY, () -> SignedByUsers.show(node, leader(), SignedByUsers.wrong("ada"), "192.0.2.66"));
        show(SignedByUsers.now(ada));
    }

    /** Such a node may say of each guess that it came from somebody else. */
    @Test
    void aNodeThatShowsManyWrongSignaturesWaits() throws IOException {
        int denied = 0;
        try (Connector liar = cluster.connectorAs(new NodeId(0))) {
            for (int guess = 0; guess < 2 * Delegations.FAILURES_OF_A_NODE; guess++) {
                String client = "198.51." + guess / 250 + "." + guess % 250;
                try {
                    SignedByUsers.show(liar, leader(), SignedByUsers.wrong("ada"), client);
                } catch (TrivetException e) {
                    if (e.kind() == Refusal.Kind.BUSY) {
                        break;
                    }
                    denied++;
                }
            }
        }
        assertThat(denied).isEqualTo(Delegations.FAILURES_OF_A_NODE);
        show(SignedByUsers.now(ada)); // by another node
    }

    private static Reply.Delegated show(SignedText signed) {
        return SignedByUsers.show(node, leader(), signed, CLIENT);
    }

    private static Address leader() {
        return SignedByUsers.leader(cluster, admin);
    }

    private static Account user(String name) {
        Account account = new Account(name, Secret.random());
        admin.users().add(name, account.secret());
        return account;
    }

    private static Grant grant(String path, Right... rights) {
        return new Grant(path(path), EnumSet.copyOf(List.of(rights)));
    }

    private static byte[] load(TrivetClient client, String path) throws IOException {
        ByteArrayOutputStream loaded = new ByteArrayOutputStream();
        client.load(path(path), loaded, Progress.NONE);
        return loaded.toByteArray();
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }
}
