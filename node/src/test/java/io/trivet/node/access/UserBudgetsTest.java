package io.trivet.node.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.Account;
import io.trivet.client.Progress;
import io.trivet.client.TrivetClient;
import io.trivet.model.Address;
import io.trivet.model.CallerIdentity;
import io.trivet.model.ChunkSize;
import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.NameEntry;
import io.trivet.model.Operation;
import io.trivet.model.Outcome;
import io.trivet.model.Quota;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.Right;
import io.trivet.model.SessionId;
import io.trivet.model.TrivetException;
import io.trivet.model.UserUse;
import io.trivet.node.LocalCluster;
import io.trivet.wire.Connector;
import io.trivet.wire.LoginHandshake;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.protocol.Reply;
import io.trivet.wire.protocol.Request;
import io.trivet.wire.protocol.RequestEnvelope;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What one user can have and request, on a running cluster. */
class UserBudgetsTest {
    /** As often is a session kept that would be silent for too long on a slow machine. */
    private static final int KEEP_EVERY = 100;

    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    static Path base;

    private static LocalCluster cluster;
    private static TrivetClient admin;

    @BeforeAll
    static void start() throws IOException {
        cluster = LocalCluster.start(base, 2, new ChunkSize(64 << 10));
        admin = cluster.client();
    }

    @AfterAll
    static void stop() {
        admin.close();
        cluster.close();
    }

    @Test
    void aUserHasNoMoreSessionsThanItMayAndNoneWhenItIsRemoved() {
        Account ada = user("ada");
        admin.users().setLimits("ada", null, null, 3, null);
        try (Connector connector = as(ada)) {
            for (int i = 0; i < 3; i++) {
                open(connector);
            }
            assertRefused(Refusal.Kind.QUOTA, () -> open(connector));
            assertThat(use("ada").sessions()).isEqualTo(3);
        }
        admin.users().remove("ada");
        user("ada");
        assertThat(use("ada").sessions()).isZero();
    }

    @Test
    void anAnswerThatNobodyTakesIsNotKeptForEver() {
        Account bob = user("bob");
        admin.users().setRights("bob", grant("/bob", Right.WRITE));
        try (Connector connector = as(bob)) {
            SessionId session = open(connector);
            Command make = new Command.MakeDirectory(path("/bob"));
            submit(connector, new Operation(session, OperationPreparation.MAX_UNANSWERED - 1, 0, make));
            assertRefused(
                    Refusal.Kind.BUSY,
                    () -> submit(connector, new Operation(session, OperationPreparation.MAX_UNANSWERED, 0, make)));
            submit(connector, new Operation(session, OperationPreparation.MAX_UNANSWERED, 1, make));
        }
    }

    @Test
    void aUserHasNoMoreReservationsThanItMay() {
        Account carl = user("carl");
        admin.users().setRights("carl", grant("/carl", Right.WRITE));
        try (Connector connector = as(carl)) {
            SessionId first = open(connector);
            for (int i = 1; i <= OperationPreparation.MAX_RESERVATIONS / 2; i++) {
                submit(connector, new Operation(first, i, i, new Command.Reserve(1, -1)));
            }
            SessionId second = open(connector);
            int made = OperationPreparation.MAX_RESERVATIONS / 2;
            for (long i = 1; i <= OperationPreparation.MAX_RESERVATIONS; i++) {
                Operation reserve = new Operation(second, i, i, new Command.Reserve(1, -1));
                if (made == OperationPreparation.MAX_RESERVATIONS) {
                    assertRefused(Refusal.Kind.BUSY, () -> submit(connector, reserve));
                    break;
                }
                submit(connector, reserve);
                made++;
                if (made % KEEP_EVERY == 0) {
                    connector.call(leader(), RequestEnvelope.toAny(new Request.KeepSession(first)), LIMIT);
                }
            }
        }
    }

    @Test
    void aQuotaHoldsWhoeverMayWriteBelowIt() {
        Account dora = user("dora");
        admin.users().setRights("dora", grant("/dora", Right.READ, Right.WRITE, Right.LIST));
        admin.makeDirectory(path("/dora/home"));
        admin.quotas().set(path("/dora/home"), 10L, null);
        admin.quotas().set(path("/"), 1L << 40, null);
        try (TrivetClient client = cluster.client(dora)) {
            save(client, "/dora/home/1");
            assertRefused(Refusal.Kind.QUOTA, () -> save(client, "/dora/home/2"));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.rename(path("/dora/home"), path("/dora/away")));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.remove(path("/dora/home"), true));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.quotas().set(path("/dora/home"), Quota.NO_LIMIT, null));
            assertThat(client.quotas().list().quotas())
                    .extracting(use -> use.directory().toString())
                    .containsExactlyInAnyOrder("/", "/dora/home");
        }
        admin.rename(path("/dora/home"), path("/dora/away"));
        admin.remove(path("/dora/away"), true);
        admin.quotas().set(path("/"), Quota.NO_LIMIT, null);
        assertThat(admin.quotas().list().quotas()).isEmpty();
    }

    @Test
    void whoMayDoSomethingBelowADirectoryMayLookItUp() {
        Account emma = user("emma");
        admin.users().setRights("emma", grant("/deep/down/emma", Right.READ));
        save(admin, "/deep/other");
        save(admin, "/deep/down/emma/file");
        try (TrivetClient client = cluster.client(emma)) {
            for (String way : new String[] {"/", "/deep", "/deep/down", "/deep/down/emma"}) {
                assertThat(client.stat(path(way))).isInstanceOf(NameEntry.Directory.class);
            }
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.stat(path("/deep/other")));
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.stat(path("/deep/down/none")));
            assertRefused(
                    Refusal.Kind.FORBIDDEN, () -> client.list(path("/deep")).forEach(_ -> {}));
            admin.remove(path("/deep/down"), true);
            save(admin, "/deep/down");
            assertRefused(Refusal.Kind.FORBIDDEN, () -> client.stat(path("/deep/down")));
        }
    }

    private static SessionId open(Connector connector) {
        return ((Outcome.SessionOpened) submit(connector, Operation.unnumbered(new Command.OpenSession()))).session();
    }

    private static Outcome submit(Connector connector, Operation operation) {
        Reply reply = connector.call(leader(), RequestEnvelope.toAny(new Request.Submit(operation)), LIMIT);
        Reply inner = reply instanceof Reply.WithToken with ? with.reply() : reply;
        Outcome outcome = ((Reply.OutcomeOf) inner).outcome();
        if (outcome instanceof Outcome.Refused(var refusal)) {
            throw new TrivetException(refusal);
        }
        return outcome;
    }

    private static Connector as(Account account) {
        Connector connector = cluster.connector();
        connector.introduceAs(
                new LoginHandshake(new CallerIdentity.OfUser(account.accessKey(), 0), account.secret()::bytes), true);
        return connector;
    }

    private static UserUse use(String name) {
        return admin.users().listWithUse().entrySet().stream()
                .filter(entry -> entry.getKey().name().equals(name))
                .findFirst()
                .orElseThrow()
                .getValue();
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
            client.save(new ByteArrayInputStream(new byte[7]), path(name), Progress.NONE);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Address leader() {
        return cluster.node(admin.cluster().status().leader().orElseThrow()).address();
    }

    private static void assertRefused(Refusal.Kind kind, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        TrivetException.class,
                        e -> assertThat(e.kind()).as(e.getMessage()).isEqualTo(kind));
    }
}
