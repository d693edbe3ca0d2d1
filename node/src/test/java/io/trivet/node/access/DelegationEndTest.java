package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;

import io.trivet.client.Account;
import io.trivet.client.TrivetClient;
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
import io.trivet.wire.credentials.SignedText;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a node may do for a user ends with the user, the secret, the right, the time, and the leader's word. */
class DelegationEndTest {
    private static final NodeId N1 = new NodeId(1);

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient admin;
    private static Connector node;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base, 3, new ChunkSize(64 << 10));
        admin = cluster.client();
        node = cluster.connectorAs(N1);
    }

    @AfterAll
    static void stop() {
        node.close();
        admin.close();
        cluster.close();
    }

    private static DelegatedLogin login(Account account) {
        SignedText signed = SignedByUsers.now(account);
        return SignedByUsers.login(
                signed, N1, SignedByUsers.show(node, SignedByUsers.leader(cluster, admin), signed, "192.0.2.7"));
    }

    /** Who may write below the directory of that name. */
    private static Account user(String name) {
        Account account = new Account(name, Secret.random());
        admin.users().add(name, account.secret());
        admin.users().setRights(name, grant(name, EnumSet.of(Right.READ, Right.WRITE)));
        return account;
    }

    private static Grant grant(String name, Set<Right> rights) {
        return new Grant(RemotePath.parse("/" + name), rights);
    }

    private static boolean isRefused(TrivetClient client, String name, Refusal.Kind... kinds) {
        try {
            client.makeDirectory(RemotePath.parse("/" + name));
            return false;
        } catch (TrivetException e) {
            assertThat(e.kind()).isIn((Object[]) kinds);
            return true;
        }
    }

    /** On open connections, and on new ones. */
    private static void ends(Account account, Runnable event, Refusal.Kind... kinds) {
        DelegatedLogin login = login(account);
        try (TrivetClient open = SignedByUsers.client(cluster, login)) {
            assertThat(isRefused(open, account.accessKey())).isFalse();
            event.run();
            LocalCluster.await("an open connection is refused", () -> isRefused(open, account.accessKey(), kinds));
        }
        try (TrivetClient fresh = SignedByUsers.client(cluster, login)) {
            assertThat(isRefused(fresh, account.accessKey(), kinds)).isTrue();
        }
    }

    @Test
    void withTheUser() {
        ends(user("ada"), () -> admin.users().remove("ada"), Refusal.Kind.NOT_LOGGED_IN, Refusal.Kind.DENIED);
    }

    /** Also where the next user has the same name and the same secret. */
    @Test
    void withTheUserWhoeverHasTheNameAfterwards() {
        Account bob = user("bob");
        ends(
                bob,
                () -> {
                    admin.users().remove("bob");
                    admin.users().add("bob", bob.secret());
                    admin.users().setRights("bob", grant("bob", EnumSet.of(Right.READ, Right.WRITE)));
                },
                Refusal.Kind.NOT_LOGGED_IN,
                Refusal.Kind.DENIED);
    }

    @Test
    void withTheSecret() {
        ends(
                user("dora"),
                () -> admin.users().rotateSecret("dora", Secret.random()),
                Refusal.Kind.NOT_LOGGED_IN,
                Refusal.Kind.DENIED);
    }

    @Test
    void withTheRight() {
        ends(
                user("eve"),
                () -> admin.users().setRights("eve", grant("eve", EnumSet.of(Right.READ))),
                Refusal.Kind.FORBIDDEN);
    }

    /** Open connections take the new login; a client that has none is told so. */
    @Test
    void withTheTimeUnlessTheLoginIsRenewed() {
        Account fay = user("fay");
        AtomicReference<DelegatedLogin> renewed = new AtomicReference<>(login(fay));
        DelegatedLogin first = renewed.get();
        try (TrivetClient lasting = TrivetClient.connectFor(
                        renewed::get,
                        io.trivet.client.ClientOptions.of(cluster.addresses(), cluster.trust()),
                        TrivetClient.buffers(8));
                TrivetClient ending = SignedByUsers.client(cluster, first)) {
            assertThat(isRefused(ending, "fay")).isFalse();
            assertThat(isRefused(lasting, "fay")).isFalse();
            for (int number = 0; number < 3; number++) {
                cluster.setClock(new NodeId(number), Duration.ofMinutes(11));
            }
            LocalCluster.await("it ends", () -> isRefused(ending, "fay", Refusal.Kind.NOT_LOGGED_IN));
            renewed.set(login(fay));
            assertThat(isRefused(lasting, "fay")).isFalse();
        } finally {
            for (int number = 0; number < 3; number++) {
                cluster.setClock(new NodeId(number), Duration.ZERO);
            }
        }
    }

    /** Nobody remembers logins: the next leader derives the same key from the same secret. */
    @Test
    void notWithTheLeader() throws IOException {
        Account gil = user("gil");
        try (TrivetClient client = SignedByUsers.client(cluster, login(gil))) {
            assertThat(isRefused(client, "gil")).isFalse();
            NodeId leader = admin.cluster().status().leader().orElseThrow();
            cluster.stop(leader);
            assertThat(isRefused(client, "gil")).isFalse();
            cluster.restart(leader);
        }
    }
}
