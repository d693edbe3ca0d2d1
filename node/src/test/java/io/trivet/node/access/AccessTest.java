package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.authority.ClusterKeys;
import io.trivet.authority.NodeCertificate;
import io.trivet.authority.NodeKey;
import io.trivet.authority.SigningRequest;
import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.MetadataChange;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkId;
import io.trivet.model.ChunkSize;
import io.trivet.model.ClusterId;
import io.trivet.model.Command;
import io.trivet.model.Debt;
import io.trivet.model.FileId;
import io.trivet.model.FileRecord;
import io.trivet.model.Grant;
import io.trivet.model.MissingChunk;
import io.trivet.model.NameEntry;
import io.trivet.model.NodeId;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.Slot;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.node.LocalCluster;
import io.trivet.node.keys.Keyring;
import io.trivet.node.keys.TokenKeys;
import io.trivet.wire.BlockSums;
import io.trivet.wire.Connection;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.TransportSecurity;
import io.trivet.wire.credentials.ChallengeResponse;
import io.trivet.wire.credentials.ChannelBinding;
import io.trivet.wire.credentials.ChunkToken;
import io.trivet.wire.credentials.JoinProof;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Users' rights on a running cluster: a refusal says which right is missing, and is in the audit
 * log.
 */
class AccessTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final NodeId N0 = new NodeId(0);
    private static final byte[] BYTES = "what nobody else should read".getBytes(StandardCharsets.UTF_8);

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient admin;
    private static Connector stranger;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base, 2, new ChunkSize(64 << 10));
        admin = cluster.client();
        stranger = cluster.connector();
    }

    @AfterAll
    static void stop() {
        stranger.close();
        admin.close();
        cluster.close();
    }

    @Test
    void wrongSecretAndUnknownUserAreTurnedAwayInTheSameWords() throws IOException {
        Account wrong = new Account("admin", Secret.random());
        Account unknown = new Account("nobody", Secret.random());
        try (TrivetClient first = cluster.client(wrong);
                TrivetClient second = cluster.client(unknown)) {
            assertRefused(Refusal.Kind.DENIED, () -> first.stat(RemotePath.ROOT));
            assertRefused(Refusal.Kind.DENIED, () -> second.stat(RemotePath.ROOT));
        }
        assertAudited("\"act\":\"log in user admin\"", "\"outcome\":\"refused\"");
        assertAudited("\"act\":\"log in user nobody\"", "\"outcome\":\"refused\"");
    }

    @Test
    void whoeverHasNotLoggedInSeesThatThereIsAClusterAndNoMore() throws IOException {
        try (TrivetClient nobody = cluster.client(null)) {
            assertThat(nobody.cluster().status().view().nodes()).isNotEmpty();
            assertRefused(Refusal.Kind.NOT_LOGGED_IN, () -> nobody.stat(RemotePath.ROOT));
            assertRefused(Refusal.Kind.NOT_LOGGED_IN, () -> nobody.makeDirectory(path("/x")));
        }
        assertAudited("\"who\":\"anonymous\",\"act\":\"lookup\"", "\"outcome\":\"refused\"");
    }

    /** The limits of its owner count a file: who could change it would escape them. */
    @Test
    void onlyWhoAdministersAPathChangesOwnersThere() throws IOException {
        Account writer = user("giver");
        admin.users().setRights("giver", grant("/given", Right.READ, Right.WRITE, Right.LIST));
        MetadataChange toEve = MetadataChange.NONE.withOwner("eve");
        try (TrivetClient client = cluster.client(writer)) {
            client.makeDirectory(path("/given/d"), MetadataChange.NONE.withMode(0700));
            assertThat(((NameEntry.Directory) client.stat(path("/given/d"))).owner())
                    .isEqualTo("giver");
            client.createEmpty(path("/given/f"), MetadataChange.NONE);
            client.setMetadata(path("/given/d"), MetadataChange.NONE.withMode(0711));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.setMetadata(path("/given/d"), toEve));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.setMetadata(path("/given/f"), toEve));
            admin.users().setRights("giver", grant("/given", Right.ADMINISTER));
            client.setMetadata(path("/given/f"), toEve);
            client.setMetadata(path("/given/d"), toEve);
            assertThat(((NameEntry.File) client.stat(path("/given/f"))).record().owner())
                    .isEqualTo("eve");
            NameEntry.Directory d = (NameEntry.Directory) client.stat(path("/given/d"));
            assertThat(d.owner()).isEqualTo("eve");
            assertThat(d.mode()).isEqualTo(0711);
            assertRefused(
                    Refusal.Kind.BAD_REQUEST,
                    () -> client.setMetadata(path("/given/f"), MetadataChange.NONE.withOwner("a:b")));
        }
    }

    /** The target may say what only readers shall know. */
    @Test
    void theTargetOfALinkTakesTheRightToRead() throws IOException {
        Account lister = user("lister");
        admin.users().setRights("lister", grant("/links", Right.LIST));
        Account reader = user("reader");
        admin.users().setRights("reader", grant("/links", Right.READ));
        admin.createLink(path("/links/l"), "/secret/place", MetadataChange.NONE);
        try (TrivetClient client = cluster.client(lister)) {
            assertThat(client.stat(path("/links/l"))).isInstanceOf(NameEntry.Link.class);
            assertThat(client.list(path("/links")).iterator().next().toString()).doesNotContain("secret");
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.readLink(path("/links/l")));
        }
        try (TrivetClient client = cluster.client(reader)) {
            assertThat(client.readLink(path("/links/l"))).isEqualTo("/secret/place");
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.createLink(path("/links/m"), "x", MetadataChange.NONE));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.createEmpty(path("/links/m"), MetadataChange.NONE));
        }
        Account outside = user("outside");
        admin.users().setRights("outside", grant("/links/l/below", Right.READ));
        try (TrivetClient client = cluster.client(outside)) {
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.stat(path("/links/l")));
        }
    }

    @Test
    void userDoesWhatWasGrantedBelowThatPathAndNothingElse() throws IOException {
        Account alice = user("alice");
        admin.users().setRights("alice", grant("/alice", Right.READ, Right.WRITE, Right.LIST));
        save(admin, "/bob/secret");
        save(admin, "/alice2/near");
        try (TrivetClient client = cluster.client(alice)) {
            save(client, "/alice/own");
            assertThat(load(client, "/alice/own")).isEqualTo(BYTES);
            assertThat(client.list(path("/alice"))).hasSize(1);
            client.rename(path("/alice/own"), path("/alice/new"));
            assertThat(client.copy(path("/alice/new"), path("/alice/copy"), MetadataChange.NONE)
                            .owner())
                    .isEqualTo("alice");
            assertThat(load(client, "/alice/copy")).isEqualTo(BYTES);

            assertRefused(
                    Refusal.Kind.FORBIDDEN,
                    () -> client.copy(path("/bob/secret"), path("/alice/stolen"), MetadataChange.NONE));
            assertRefused(
                    Refusal.Kind.FORBIDDEN,
                    () -> client.copy(path("/alice/new"), path("/bob/planted"), MetadataChange.NONE));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> load(client, "/bob/secret"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> load(client, "/alice2/near"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> save(client, "/bob/more"));
            assertRefused(
                    Refusal.Kind.FORBIDDEN, () -> client.list(RemotePath.ROOT).forEach(_ -> {}));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.rename(path("/bob/secret"), path("/alice/mine")));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.rename(path("/alice/new"), path("/bob/new")));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.remove(path("/bob/secret"), false));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.makeDirectory(path("/bob/directory")));
            assertRefused(Refusal.Kind.FORBIDDEN, client.users()::list);
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.users().add("eve", Secret.random()));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.users().remove("admin"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.users().rotateSecret("admin", Secret.random()));
            assertRefused(
                    Refusal.Kind.FORBIDDEN, () -> client.users().setRights("alice", grant("/", Right.ADMINISTER)));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.tokens().issue(Duration.ofMinutes(1), 1));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.cluster().setSweeping(false, null));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.cluster().backUpNamespace(base.resolve("stolen")));
            client.remove(path("/alice/new"), false);
        }
        assertAudited("\"who\":\"user alice\",\"act\":\"remove\",\"subject\":\"/bob/secret\",\"outcome\":\"refused\"");
        assertAudited("\"who\":\"user alice\",\"act\":\"remove\",\"subject\":\"/alice/new\",\"outcome\":\"done\"");
        assertAudited("\"who\":\"user alice\",\"act\":\"back up\"", "\"outcome\":\"refused\"");
        assertAudited("\"who\":\"user admin\",\"act\":\"add user\",\"subject\":\"alice\",\"outcome\":\"done\"");
    }

    /** To move a file to a readable directory would be a way to read it. */
    @Test
    void whoeverMayNotReadMayNotRenameEither() {
        Account writer = user("writer");
        admin.users().setRights("writer", grant("/drop", Right.WRITE));
        admin.users().setRights("writer", grant("/mine", Right.READ, Right.WRITE));
        save(admin, "/drop/paper");
        try (TrivetClient client = cluster.client(writer)) {
            save(client, "/drop/other");
            assertRefused(Refusal.Kind.FORBIDDEN, () -> load(client, "/drop/other"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.rename(path("/drop/paper"), path("/mine/paper")));
        }
    }

    /**
     * A token stays with its file; it is not renewed for a reader without the right to read the
     * file's new place.
     */
    @Test
    void aTokenIsNotRenewedForAFileThatWasMovedToWhereItsReaderMayNotRead() {
        Account reader = user("follower");
        admin.users().setRights("follower", grant("/shown", Right.READ));
        admin.users().setRights("follower", grant("/shown too", Right.READ));
        admin.makeDirectory(path("/shown too"));
        save(admin, "/shown/f");
        RequestEnvelope look = RequestEnvelope.toAny(new Request.Ask(new Query.Lookup(path("/shown/f"))));
        RequestEnvelope renew =
                new RequestEnvelope(null, new Request.RenewToken(), ((Reply.WithToken) callAs(reader, look)).token());
        admin.rename(path("/shown/f"), path("/shown too/f"));
        assertThat(callAs(reader, renew)).isInstanceOf(Reply.WithToken.class);
        admin.rename(path("/shown too/f"), path("/hidden"));
        assertRefused(Refusal.Kind.FORBIDDEN, () -> callAs(reader, renew));
        admin.rename(path("/hidden"), path("/shown/f"));
        assertThat(callAs(reader, renew)).isInstanceOf(Reply.WithToken.class);
        admin.remove(path("/shown/f"), false);
        assertThat(callAs(reader, renew)).isInstanceOf(Reply.WithToken.class);
    }

    /** Names are for those who may list: who may only write sees its own uploads. */
    @Test
    void uploadsOfOthersAreShownToThoseWhoMayListThere() {
        Account mine = user("uploader");
        admin.users().setRights("uploader", grant("/box", Right.WRITE));
        Account lister = user("uploads-lister");
        admin.users().setRights("uploads-lister", grant("/box", Right.WRITE, Right.LIST));
        admin.makeDirectory(path("/box"));
        try (TrivetClient client = cluster.client(mine);
                TrivetClient other = cluster.client(lister)) {
            var others = admin.uploads().begin(path("/box/secret-name"), 1 << 20);
            var own = client.uploads().begin(path("/box/own"), 1 << 20);
            assertThat(client.uploads().list())
                    .extracting(upload -> upload.file())
                    .contains(own.file())
                    .doesNotContain(others.file());
            assertThat(other.uploads().list())
                    .extracting(upload -> upload.file())
                    .contains(own.file(), others.file());
            client.uploads().abort(own.file());
            admin.uploads().abort(others.file());
        }
    }

    @Test
    void rightThatIsTakenAwayAndUserThatIsRemovedEndAtOnce() {
        Account carol = user("carol");
        admin.users().setRights("carol", grant("/carol", Right.READ, Right.WRITE));
        try (TrivetClient client = cluster.client(carol)) {
            save(client, "/carol/x");
            admin.users().setRights("carol", grant("/carol"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> load(client, "/carol/x"));
            admin.users().remove("carol");
            assertRefused(Refusal.Kind.NOT_LOGGED_IN, () -> load(client, "/carol/x"));
            assertRefused(Refusal.Kind.DENIED, () -> load(client, "/carol/x"));
        }
    }

    @Test
    void rotatedSecretIsTheOnlyOneThatIsGood() {
        Account before = user("dora");
        admin.users().setRights("dora", grant("/dora", Right.READ, Right.WRITE));
        Account after = new Account("dora", Secret.random());
        try (TrivetClient client = cluster.client(before)) {
            save(client, "/dora/x");
            client.users().rotateSecret("dora", after.secret());
            assertRefused(Refusal.Kind.NOT_LOGGED_IN, () -> load(client, "/dora/x"));
        }
        try (TrivetClient old = cluster.client(before);
                TrivetClient fresh = cluster.client(after)) {
            assertRefused(Refusal.Kind.DENIED, () -> load(old, "/dora/x"));
            assertThat(load(fresh, "/dora/x")).isEqualTo(BYTES);
        }
    }

    /** A later user of the same name is another user. */
    @Test
    void whoeverHadTheNameOfANewUserBeforeIsNotLetInByAnOpenConnection() {
        Account first = user("hank");
        admin.users().setRights("hank", grant("/hank", Right.READ, Right.WRITE));
        try (Connector connector = cluster.connector()) {
            connector.introduceAs(
                    new LoginHandshake(new CallerIdentity.OfUser("hank", 0), first.secret()::bytes), true);
            RequestEnvelope lookup = RequestEnvelope.toAny(new Request.Ask(new Query.Lookup(path("/hank"))));
            assertThat(connector.call(leader(), lookup, LIMIT)).isNotNull();
            Connection open = connector.take(leader(), LIMIT);
            admin.users().remove("hank");
            user("hank");
            admin.users().setRights("hank", grant("/hank", Right.READ, Right.WRITE));
            assertRefused(Refusal.Kind.NOT_LOGGED_IN, () -> {
                open.send(lookup);
                open.receive();
            });
            open.close();
        }
    }

    /**
     * A client that knows only a follower finds the leader and logs in there: no node acts in its
     * own name for it.
     */
    @Test
    void aUserWhoComesByAFollowerHasHisOwnRightsAndNoMore() throws IOException {
        Account lena = user("lena");
        admin.users().setRights("lena", grant("/lena", Right.READ, Right.WRITE));
        save(admin, "/others/paper");
        NodeId leads = admin.cluster().status().leader().orElseThrow();
        NodeId follower = leads.equals(N0) ? new NodeId(1) : N0;
        io.trivet.model.Address there = cluster.node(follower).address();
        try (TrivetClient client = TrivetClient.connect(
                ClientOptions.of(List.of(there), cluster.trust()).as(lena))) {
            save(client, "/lena/own");
            assertThat(load(client, "/lena/own")).isEqualTo(BYTES);
            assertRefused(Refusal.Kind.FORBIDDEN, () -> load(client, "/others/paper"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> save(client, "/others/mine"));
            assertRefused(Refusal.Kind.FORBIDDEN, client.users()::list);
        }
        try (Connector connector = cluster.connector()) {
            connector.introduceAs(
                    new LoginHandshake(new CallerIdentity.OfUser("lena", 0), lena.secret()::bytes), false);
            RequestEnvelope users = new RequestEnvelope(follower, new Request.Ask(new Query.Users("", 9)));
            assertRefused(Refusal.Kind.NOT_LEADER, () -> connector.callAsOneself(there, users, LIMIT));
            assertRefused(Refusal.Kind.NOT_LOGGED_IN, () -> connector.call(there, users, LIMIT));
        }
    }

    /**
     * A login proof sent to a node that is not the leader is of no use to that node: the proof is
     * bound to their channel.
     */
    @Test
    void aProofThatIsPassedOnToTheLeaderIsRefused() throws IOException {
        Account mia = user("mia");
        CallerIdentity who = new CallerIdentity.OfUser("mia", 0);
        Connection toTheRelay = stranger.take(leader(), LIMIT);
        passOn(mia, who, toTheRelay, ChannelBinding.EXPORTER);
        toTheRelay.close();
    }

    /**
     * The same for a client whose JDK tells no keys of a channel: the relay is another node, with
     * another certificate.
     */
    @Test
    void aProofThatIsBoundToTheCertificateOfAnotherNodeIsRefused() throws IOException {
        Account nora = user("nora");
        CallerIdentity who = new CallerIdentity.OfUser("nora", 0);
        io.trivet.model.Address other = cluster.addresses().stream()
                .filter(each -> !each.equals(leader()))
                .findAny()
                .orElseThrow();
        Connection toTheRelay = stranger.take(other, LIMIT);
        assertThat(toTheRelay.channelBinding(ChannelBinding.SERVER_END_POINT))
                .hasSize(32)
                .isNotEqualTo(toTheRelay.channelBinding(ChannelBinding.EXPORTER));
        passOn(nora, who, toTheRelay, ChannelBinding.SERVER_END_POINT);
        toTheRelay.close();
        try (Connector connector = cluster.connector()) {
            connector.introduceAs(new LoginHandshake(who, nora.secret()::bytes, ChannelBinding.SERVER_END_POINT), true);
            connector.call(
                    leader(),
                    RequestEnvelope.toAny(new Request.Submit(Operation.unnumbered(new Command.OpenSession()))),
                    LIMIT);
        }
    }

    private static void passOn(Account mia, CallerIdentity who, Connection toTheRelay, ChannelBinding binding)
            throws IOException {
        for (boolean honest : List.of(false, true)) {
            Connection onward = stranger.take(leader(), LIMIT);
            onward.send(RequestEnvelope.toAny(new Request.Challenge()));
            byte[] challenge = ((Reply.Challenged) onward.receive().message()).nonce();
            byte[] nonce = new byte[Request.NONCE_BYTES];
            byte[] channel = (honest ? onward : toTheRelay).channelBinding(binding);
            ChallengeResponse.Exchange exchange =
                    new ChallengeResponse.Exchange(who, onward.cluster(), nonce, challenge, channel);
            onward.send(RequestEnvelope.toAny(new Request.LogIn(
                    who, nonce, ChallengeResponse.ofCaller(mia.secret().bytes(), exchange), binding)));
            if (honest) {
                assertThat(onward.receive().message()).isInstanceOf(Reply.LoggedIn.class);
            } else {
                assertRefused(Refusal.Kind.DENIED, onward::receive);
            }
            onward.close();
        }
    }

    /**
     * Session numbers can be guessed: an operation that arrives before its session would otherwise
     * count as the owner's.
     */
    @Test
    void aSessionThatIsNotThereYetIsNobodysToEnd() {
        Account ivy = user("ivy");
        try (Connector connector = cluster.connector()) {
            connector.introduceAs(new LoginHandshake(new CallerIdentity.OfUser("ivy", 0), ivy.secret()::bytes), true);
            Operation end = Operation.unnumbered(new Command.EndSession(new SessionId(1_000_000)));
            assertRefused(
                    Refusal.Kind.SESSION_ENDED,
                    () -> connector.call(leader(), RequestEnvelope.toAny(new Request.Submit(end)), LIMIT));
        }
    }

    /** Nodes settle a conflict by the record of the file, which they get from the leader. */
    @Test
    void aMemberLooksUpARecordAndGetsNoToken() throws IOException {
        save(admin, "/looked/up");
        RequestEnvelope lookup = RequestEnvelope.toAny(new Request.Ask(new Query.Lookup(path("/looked/up"))));
        for (NodeId node : List.of(N0, new NodeId(1))) {
            try (Connector member = cluster.connectorAs(node)) {
                assertThat(member.call(leader(), lookup, LIMIT))
                        .isInstanceOfSatisfying(
                                Reply.AnswerOf.class,
                                reply -> assertThat(reply.queryResult()).isInstanceOf(QueryResult.Found.class));
            }
        }
        try (Connector unpublished = certified(new NodeId(7))) {
            assertRefused(Refusal.Kind.FORBIDDEN, () -> unpublished.call(leader(), lookup, LIMIT));
        }
        assertRefused(Refusal.Kind.NOT_LOGGED_IN, () -> stranger.call(leader(), lookup, LIMIT));
    }

    /**
     * Masters decide the content of the log, so other nodes cannot call the quorum, nor callers
     * that only claim to be one.
     */
    @Test
    void theQuorumIsCalledOnlyByWhoKnowsTheKeysOfTheCluster() throws IOException {
        Request call = new Request.QuorumCall("CONFIRM");
        NodeId leads = admin.cluster().status().leader().orElseThrow();
        NodeId other = leads.equals(N0) ? new NodeId(1) : N0;
        try (Connector member = cluster.connectorAs(other)) {
            assertRefused(
                    Refusal.Kind.FORBIDDEN,
                    () -> member.call(cluster.node(leads).address(), new RequestEnvelope(leads, call), LIMIT));
            Connection connection = member.take(cluster.node(leads).address(), LIMIT);
            byte[] ofAnotherChannel = cluster.keyring(other).proofOfMaster(new byte[32], other, leads);
            connection.send(new RequestEnvelope(leads, call, ofAnotherChannel));
            assertRefused(Refusal.Kind.FORBIDDEN, connection::receive);
            connection.close();
        }
    }

    /** Only operators and nodes see how much each slot holds. */
    @Test
    void sizesOfSlotsAreToldToNobodyElse() throws IOException {
        Account jack = user("jack");
        admin.users().setRights("jack", grant("/jack", Right.READ, Right.WRITE, Right.LIST));
        Request digests = new Request.GetDigests(List.of(new Slot(0)));
        assertRefused(Refusal.Kind.FORBIDDEN, () -> stranger.call(leader(), RequestEnvelope.toAny(digests), LIMIT));
        for (NodeId node : List.of(N0, new NodeId(1))) {
            RequestEnvelope sizes = RequestEnvelope.toAny(new Request.GetSizes(node));
            assertRefused(Refusal.Kind.NOT_LOGGED_IN, () -> stranger.call(leader(), sizes, LIMIT));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> callAs(jack, sizes));
            assertThat(callAs(cluster.account(), sizes))
                    .isInstanceOfSatisfying(
                            Reply.Digests.class,
                            told -> assertThat(told.digests())
                                    .hasSize(Slot.COUNT)
                                    .allMatch(slot -> slot.high() == 0 && slot.low() == 0));
        }
    }

    private static Reply callAs(Account account, RequestEnvelope request) {
        try (Connector connector = cluster.connector()) {
            connector.introduceAs(
                    new LoginHandshake(new CallerIdentity.OfUser(account.accessKey(), 0), account.secret()::bytes),
                    true);
            return connector.call(leader(), request, LIMIT);
        }
    }

    /**
     * Every log entry is a forced write at every master: an unauthenticated caller must not cause
     * one.
     */
    @Test
    void aMadeUpJoinTokenNeverReachesTheLog() throws IOException {
        NodeKey key = NodeKey.in(Files.createDirectories(base.resolve("knocking")));
        Path before = base.resolve("before-knocking");
        Path after = base.resolve("after-knocking");
        admin.cluster().backUpNamespace(before);
        int guesses = 30; // as many as a stranger makes on one connection without being held up
        for (int i = 0; i < guesses; i++) {
            JoinProof madeUp = new JoinProof("0".repeat(12), new byte[16]);
            Request knock = new Request.EnterCluster(madeUp, key.id(), leader(), key.signingRequest());
            assertRefused(Refusal.Kind.DENIED, () -> stranger.call(leader(), RequestEnvelope.toAny(knock), LIMIT));
        }
        admin.cluster().backUpNamespace(after);
        assertThat(index(after) - index(before)).isLessThan(guesses / 2);
    }

    private static long index(Path backup) throws IOException {
        try (java.io.InputStream in = Files.newInputStream(backup)) {
            return io.trivet.namespace.Backup.check(in).index();
        }
    }

    /** A proof is valid on one connection only, and only once. */
    @Test
    void loginThatIsReplayedIsRefused() throws IOException {
        byte[] nonce = new byte[Request.NONCE_BYTES];
        Connection connection = stranger.take(leader(), LIMIT);
        Request.LogIn made =
                new Request.LogIn(new CallerIdentity.OfUser("admin", 0), nonce, new byte[32], ChannelBinding.EXPORTER);
        connection.send(RequestEnvelope.toAny(made));
        assertRefused(Refusal.Kind.BAD_REQUEST, connection::receive);
        connection.send(RequestEnvelope.toAny(new Request.Challenge()));
        connection.receive();
        connection.send(RequestEnvelope.toAny(made));
        assertRefused(Refusal.Kind.DENIED, connection::receive);
        connection.send(RequestEnvelope.toAny(made));
        assertRefused(Refusal.Kind.BAD_REQUEST, connection::receive);
        connection.close();
    }

    @Test
    void operationsOfAnothersSessionAreRefused() {
        Account eve = user("eve");
        admin.users().setRights("eve", grant("/", Right.READ, Right.WRITE));
        admin.makeDirectory(path("/begun"));
        try (Connector connector = cluster.connector()) {
            connector.introduceAs(new LoginHandshake(new CallerIdentity.OfUser("eve", 0), eve.secret()::bytes), true);
            Operation open = Operation.unnumbered(new Command.OpenSession());
            Reply.OutcomeOf opened =
                    (Reply.OutcomeOf) connector.call(leader(), RequestEnvelope.toAny(new Request.Submit(open)), LIMIT);
            SessionId own = ((Outcome.SessionOpened) opened.outcome()).session();
            Set<Refusal.Kind> kinds = EnumSet.noneOf(Refusal.Kind.class);
            for (long number = 1; number < own.number(); number++) {
                SessionId other = new SessionId(number);
                Operation operation = new Operation(other, 100, 0, new Command.MakeDirectory(path("/x")));
                for (Request request : List.of(new Request.Submit(operation), new Request.KeepSession(other))) {
                    kinds.add(kindOf(() -> connector.call(leader(), RequestEnvelope.toAny(request), LIMIT)));
                }
            }
            assertThat(kinds)
                    .contains(Refusal.Kind.FORBIDDEN)
                    .isSubsetOf(Refusal.Kind.FORBIDDEN, Refusal.Kind.SESSION_ENDED);
        }
        assertRefused(Refusal.Kind.NO_SUCH_FILE, () -> admin.stat(path("/x")));
    }

    /** The kind of refusal that a call gets. */
    private static Refusal.Kind kindOf(Supplier<Reply> call) {
        try {
            Reply reply = call.get();
            if (reply instanceof Reply.OutcomeOf(Outcome.Refused(var refusal))) {
                return refusal.kind();
            }
            throw new AssertionError("not refused: " + reply);
        } catch (TrivetException e) {
            return e.kind();
        }
    }

    @Test
    void tokenForAnotherFileRightTimeSlotOrClusterIsRefused() throws IOException {
        save(admin, "/tokens/one");
        FileRecord one = ((NameEntry.File) admin.stat(path("/tokens/one"))).record();
        Keyring keyring = cluster.keyring(N0);
        long period = TokenKeys.id(TokenKeys.period(System.currentTimeMillis()), 0);
        long longAgo = TokenKeys.id(TokenKeys.period(System.currentTimeMillis()) - 2, 0);
        byte[] key = TokenKeys.derived(keyring.clusterKeys(), period);
        long good = System.currentTimeMillis() + 60_000;
        ChunkToken token = new ChunkToken(
                Right.READ,
                one.id(),
                1,
                one.first(),
                0,
                one.chunkSize(),
                0,
                "admin",
                List.of(path("/tokens/one")),
                good);

        assertThat(fetch(one, one.first(), token.signed(period, key))).isInstanceOf(Reply.Fetched.class);
        assertBad("missing", () -> fetch(one, one.first(), null));
        assertBad(
                "another file",
                () -> fetch(
                        one,
                        one.first(),
                        with(token, one.id().plus(1), Right.READ, good).signed(period, key)));
        assertBad(
                "this takes read",
                () -> fetch(
                        one,
                        one.first(),
                        with(token, one.id(), Right.WRITE, good).signed(period, key)));
        assertBad(
                "out of time",
                () -> fetch(
                        one,
                        one.first(),
                        with(token, one.id(), Right.READ, good - 3_600_000).signed(period, key)));
        assertBad("begins in slot", () -> fetch(one, one.first().plus(1), token.signed(period, key)));
        assertBad("did not sign", () -> fetch(one, one.first(), token.signed(period, new byte[32])));
        assertBad(
                "key is not known",
                () -> fetch(
                        one, one.first(), token.signed(longAgo, TokenKeys.derived(keyring.clusterKeys(), longAgo))));
        assertAudited("\"who\":\"anonymous\",\"act\":\"fetch chunk\"", "\"outcome\":\"refused\"", "out of time");
    }

    private static ChunkToken with(ChunkToken token, FileId file, Right right, long expires) {
        return new ChunkToken(
                right, file, 1, token.first(), 0, token.chunkSize(), 0, token.user(), token.paths(), expires);
    }

    private static Reply fetch(FileRecord record, Slot first, byte[] token) throws IOException {
        for (NodeId node : List.of(N0, new NodeId(1))) {
            Connection connection = stranger.take(cluster.node(node).address(), LIMIT);
            try {
                connection.send(new RequestEnvelope(
                        node, new Request.FetchChunk(record.chunk(1), first, 0, (int) record.size()), token));
                return connection.receive().message();
            } finally {
                connection.close();
            }
        }
        throw new AssertionError();
    }

    /**
     * Every node of a chain checks the token itself, also the second, which gets the request from a
     * node.
     */
    @Test
    void chunkIsStoredOnlyUnderATokenToWriteForItsNameAndSize() throws IOException {
        Keyring keyring = cluster.keyring(N0);
        long period = TokenKeys.id(TokenKeys.period(System.currentTimeMillis()), 0);
        FileId file = new FileId(1, 4_000_000);
        ChunkToken token = new ChunkToken(
                Right.WRITE,
                file,
                1,
                new Slot(0),
                1,
                new ChunkSize(64 << 10),
                1,
                "admin",
                List.of(path("/mine")),
                System.currentTimeMillis() + 60_000);
        byte[] signed = token.signed(period, TokenKeys.derived(keyring.clusterKeys(), period));
        for (Connector connector : List.of(stranger, cluster.connectorAs(N0))) {
            assertThat(store(connector, file, "/mine/x", signed).holders()).isNotEmpty();
            assertRefused(Refusal.Kind.FORBIDDEN, () -> store(connector, file, "/minelike", signed));
            assertBad("another file", () -> store(connector, file.plus(1), "/mine/x", signed));
        }
        assertBad("missing", () -> store(stranger, file, "/mine/x", null));
        // Only nodes may ask for a later place in a chain.
        assertThatThrownBy(() -> store(stranger, file, "/mine/x", signed, 1)).hasMessageContaining("hop 0");
    }

    private static Reply.Stored store(Connector connector, FileId file, String name, byte[] token) throws IOException {
        return store(connector, file, name, token, 0);
    }

    private static Reply.Stored store(Connector connector, FileId file, String name, byte[] token, int hop)
            throws IOException {
        NodeId node = new NodeId(1);
        ByteBuffer bytes = ByteBuffer.wrap(BYTES);
        int[] sums = BlockSums.checksums(bytes);
        Connection connection = connector.take(cluster.node(node).address(), LIMIT);
        try {
            connection.send(new RequestEnvelope(
                    node,
                    new Request.StoreChunk(
                            new ChunkId(file, 1),
                            new Slot(0),
                            new ChunkSize(64 << 10),
                            BYTES.length,
                            true,
                            path(name),
                            List.of(),
                            hop),
                    token));
            connection.sendPiece(bytes, sums);
            connection.sendEnd(BYTES.length, BlockSums.append(0, sums, BYTES.length));
            return (Reply.Stored) connection.receive().message();
        } finally {
            connection.close();
        }
    }

    /** Removed files stay as inaccessible as they were. */
    @Test
    void theTrashOfOthersIsNeitherSeenNorRestoredNorEmptied() throws IOException {
        admin.trash().setRetention(Duration.ofHours(1));
        Account grace = user("grace");
        admin.users().setRights("grace", grant("/grace", Right.READ, Right.WRITE, Right.LIST));
        save(admin, "/hidden/file");
        save(admin, "/grace/file");
        admin.remove(path("/hidden/file"), false);
        FileId hidden = trashed(admin, "/hidden/file").orElseThrow();
        try (TrivetClient client = cluster.client(grace)) {
            client.remove(path("/grace/file"), false);
            // The sums do not show what others removed either.
            assertThat(client.trash().page(new FileId(1, 1)).allFiles()).isEqualTo(1);
            assertThat(client.trash().page(new FileId(1, 1)).allBytes()).isEqualTo(BYTES.length);
            FileId own = trashed(client, "/grace/file").orElseThrow();
            assertThat(trashed(client, "/hidden/file")).isEmpty();
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.trash().restore(hidden, path("/grace/stolen")));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.trash().discard(List.of(own, hidden)));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.trash().restore(own, path("/hidden/mine")));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.trash().setRetention(Duration.ZERO));
            client.trash().restore(own, path("/grace/again"));
            assertThat(load(client, "/grace/again")).isEqualTo(BYTES);
            assertRefused(Refusal.Kind.NO_SUCH_FILE, () -> client.trash().restore(own, path("/grace/twice")));
        }
        assertThat(trashed(admin, "/hidden/file")).contains(hidden);
    }

    private static Optional<FileId> trashed(TrivetClient client, String was) {
        return client.trash().page(new FileId(1, 1)).files().stream()
                .filter(file -> file.path().equals(path(was)))
                .map(file -> file.record().id())
                .findFirst();
    }

    /** Every user may see what repair owes, but not the names. */
    @Test
    void missingChunksAreNamedToThoseWhoMayListThem() {
        MissingChunk hidden = new MissingChunk(path("/hidden/x"), new ChunkId(new FileId(1, 1), 1));
        MissingChunk own = new MissingChunk(path("/kim/x"), new ChunkId(new FileId(1, 2), 1));
        Debt debt = new Debt(4, 9, 0, 0, 0, 0, true, Instant.EPOCH, "", 2, List.of(hidden, own));
        User kim = new User("kim", 1, List.of(grant("/kim", Right.LIST)));
        assertThat(VisibleAnswers.visible(kim, debt).named()).containsExactly(own);
        assertThat(VisibleAnswers.visible(kim, debt).missing()).isEqualTo(2);
        assertThat(VisibleAnswers.visible(new User("lee", 1, List.of()), debt).named())
                .isEmpty();
    }

    private static final List<Request> BETWEEN_NODES = List.of(
            new Request.GetDigests(List.of(new Slot(0))),
            new Request.QuorumCall("CONFIRM"),
            new Request.ListSlot(new Slot(0), null, 1),
            new Request.GetTokenKeys(),
            new Request.KeepKeys(new byte[0]),
            new Request.TakeSeat(1),
            new Request.LeaveSeat(1),
            new Request.Ask(new Query.IdStates(List.of(new FileId(1, 1)))));

    /** A certificate identifies a node; a login as one does not. */
    @Test
    void onlyNodesOfThePublishedSetAskWhatNodesAsk() throws IOException {
        try (Connector unpublished = certified(new NodeId(7));
                Connector pretender = cluster.connector()) {
            pretender.introduceAs(new LoginHandshake(new CallerIdentity.OfNode(N0), () -> new byte[32]), true);
            for (Request request : BETWEEN_NODES) {
                RequestEnvelope requestEnvelope = RequestEnvelope.toAny(request);
                assertRefused(Refusal.Kind.FORBIDDEN, () -> stranger.call(leader(), requestEnvelope, LIMIT));
                assertRefused(Refusal.Kind.FORBIDDEN, () -> unpublished.call(leader(), requestEnvelope, LIMIT));
                assertRefused(Refusal.Kind.DENIED, () -> pretender.call(leader(), requestEnvelope, LIMIT));
            }
        }
        assertRefused(
                Refusal.Kind.DENIED,
                () -> stranger.call(leader(), RequestEnvelope.toAny(new Request.GetNodeSecret(new byte[32])), LIMIT));
        assertAudited("\"act\":\"log in node n0\"", "\"outcome\":\"refused\"");
        assertAudited("\"who\":\"node n7\",\"act\":\"list slot\"", "\"outcome\":\"refused\"");
    }

    /** A connector with a certificate of the cluster's authority for a node that is no member. */
    private static Connector certified(NodeId node) throws IOException {
        Path data = Files.createDirectories(base.resolve("made-" + node));
        ClusterKeys keys = ClusterKeys.in(
                        cluster.data(N0), cluster.node(N0).profile().cluster())
                .orElseThrow();
        NodeKey key = NodeKey.in(data);
        List<byte[]> chain = keys.authority()
                .chain(node, SigningRequest.parse(key.signingRequest()), Instant.now(), Duration.ofDays(1));
        NodeCertificate made = NodeCertificate.first(data, key, keys.authority().trust(), chain);
        return new Connector("made", null, TransportSecurity.of(keys.authority().trust(), made::current));
    }

    /** The nodes refuse a chunk while it is still being sent. */
    @Test
    void whoMayNotWriteALargeFileIsToldSoAndNotThatNodesAreMissing(@TempDir Path own) throws IOException {
        byte[] bytes = new byte[32 << 20];
        try (LocalCluster large = LocalCluster.start(own, 2, new ChunkSize(bytes.length));
                TrivetClient administrator = large.client()) {
            Account writer = new Account("writer", Secret.random());
            administrator.users().add("writer", writer.secret());
            administrator.users().setRights("writer", grant("/mine", Right.WRITE));
            try (TrivetClient client = large.client(writer)) {
                for (int tries = 0; tries < 5; tries++) {
                    assertRefused(
                            Refusal.Kind.FORBIDDEN,
                            () -> client.save(new ByteArrayInputStream(bytes), path("/elsewhere"), Progress.NONE));
                }
            }
        }
    }

    /** In plaintext no certificate shows to which cluster the node at an address belongs. */
    @Test
    void aClientOfOneClusterTalksToNoOther(@TempDir Path own) throws IOException {
        try (LocalCluster plain = LocalCluster.plaintext(own, 1, new ChunkSize(64 << 10))) {
            ClientOptions options = ClientOptions.of(plain.node(N0).profile());
            io.trivet.model.Address nobody = new io.trivet.model.Address("127.0.0.1", 1);
            ClientOptions others =
                    new ClientOptions(List.of(nobody, options.seeds().getFirst()), options.trustSettings(), 1, LIMIT);
            assertRefused(
                    Refusal.Kind.WRONG_CLUSTER, () -> TrivetClient.connect(others.of(new ClusterId(new UUID(1, 2)))));
            try (TrivetClient client =
                    TrivetClient.connect(others.of(plain.node(N0).profile().cluster()))) {
                assertThat(client.cluster().addresses())
                        .contains(options.seeds().getFirst());
            }
        }
    }

    /** In plaintext the secret of nodes is the proof. */
    @Test
    void inPlaintextTooOnlyNodesOfThePublishedSetAskWhatNodesAsk(@TempDir Path own) throws IOException {
        try (LocalCluster plain = LocalCluster.plaintext(own, 2, new ChunkSize(64 << 10));
                Connector nobody = plain.connector();
                Connector unpublished = plain.connector();
                Connector pretender = plain.connector();
                Connector node = plain.connectorAs(new NodeId(1))) {
            Keyring keyring = plain.keyring(N0);
            unpublished.introduceAs(
                    new LoginHandshake(new CallerIdentity.OfNode(new NodeId(7)), keyring::nodeSecret), true);
            pretender.introduceAs(new LoginHandshake(new CallerIdentity.OfNode(N0), () -> new byte[32]), true);
            io.trivet.model.Address first = plain.node(N0).address();
            for (Request request : BETWEEN_NODES) {
                RequestEnvelope requestEnvelope = RequestEnvelope.toAny(request);
                assertRefused(Refusal.Kind.FORBIDDEN, () -> nobody.call(first, requestEnvelope, LIMIT));
                assertRefused(Refusal.Kind.FORBIDDEN, () -> unpublished.call(first, requestEnvelope, LIMIT));
                assertRefused(Refusal.Kind.DENIED, () -> pretender.call(first, requestEnvelope, LIMIT));
            }
            assertThat(node.call(first, RequestEnvelope.toAny(new Request.ListSlot(new Slot(0), null, 1)), LIMIT))
                    .isInstanceOf(Reply.Names.class);
            assertRefused(
                    Refusal.Kind.DENIED,
                    () -> nobody.call(first, RequestEnvelope.toAny(new Request.GetNodeSecret(new byte[32])), LIMIT));
            // A later master has the keys: they were sent encrypted.
            assertThat(ClusterKeys.in(
                            plain.data(new NodeId(1)), plain.node(N0).profile().cluster()))
                    .isPresent();
        }
    }

    @Test
    void noSecretRestsInTheClearAndMastersHaveTheKey() throws IOException {
        Account frank = user("frank");
        admin.cluster().backUpNamespace(base.resolve("backup"));
        long period = TokenKeys.id(TokenKeys.period(System.currentTimeMillis()), 0);
        List<byte[]> secrets = List.of(
                frank.secret().bytes(),
                cluster.account().secret().bytes(),
                TokenKeys.derived(cluster.keyring(N0).clusterKeys(), period));
        assertThat(ClusterKeys.file(cluster.data(new NodeId(1)))).exists();
        try (Stream<Path> files = Files.walk(base)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                byte[] content = Files.readAllBytes(file);
                for (byte[] secret : secrets) {
                    assertThat(holds(content, secret)).as(file.toString()).isFalse();
                }
            }
        }
    }

    private static boolean holds(byte[] content, byte[] secret) {
        String text = new String(content, StandardCharsets.ISO_8859_1);
        return text.contains(new String(secret, StandardCharsets.ISO_8859_1));
    }

    private static Account user(String name) {
        Account account = new Account(name, Secret.random());
        admin.users().add(name, account.secret());
        return account;
    }

    private static Grant grant(String path, Right... rights) {
        return new Grant(path(path), Set.of(rights));
    }

    private static RemotePath path(String text) {
        return RemotePath.parse(text);
    }

    private static void save(TrivetClient client, String name) {
        try {
            client.save(new ByteArrayInputStream(BYTES), path(name), Progress.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] load(TrivetClient client, String name) {
        try {
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            client.load(path(name), out, Progress.NONE);
            return out.toByteArray();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static io.trivet.model.Address leader() {
        return cluster.node(admin.cluster().status().leader().orElseThrow()).address();
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }

    private static void assertBad(String words, ThrowingCallable call) {
        assertThatThrownBy(call)
                .hasMessageContaining(words)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.BAD_TOKEN));
    }

    private static void assertAudited(String... words) throws IOException {
        List<String> lines = new ArrayList<>();
        for (NodeId node : List.of(N0, new NodeId(1))) {
            for (String name : List.of("audit.jsonl", "names.jsonl", "refused.jsonl")) {
                Path file = cluster.data(node).resolve("audit").resolve(name);
                if (Files.exists(file)) {
                    lines.addAll(Files.readAllLines(file));
                }
            }
        }
        assertThat(lines).anySatisfy(line -> assertThat(line).contains(words));
    }

    /** Others are told to be sent alone, which their client does. */
    @Test
    void oneRequestOpensOneSession() {
        Operation open = Operation.unnumbered(new Command.OpenSession(""));
        try (Connector connector = cluster.connector()) {
            connector.introduceAs(
                    new LoginHandshake(
                            new CallerIdentity.OfUser(cluster.account().accessKey(), 0),
                            cluster.account().secret()::bytes),
                    true);
            Reply reply = connector.callAsOneself(
                    cluster.node(new NodeId(0)).address(),
                    RequestEnvelope.toAny(new Request.SubmitAll(List.of(open, open, open))),
                    Duration.ofSeconds(10));
            List<Reply> answers = ((Reply.Each) reply).answers();
            assertThat(answers.getFirst()).isInstanceOf(Reply.OutcomeOf.class);
            assertThat(answers.subList(1, 3))
                    .allSatisfy(answer -> assertThat(
                                    ((Reply.Refused) answer).refusal().kind())
                            .isEqualTo(Refusal.Kind.BUSY));
        }
    }
}
