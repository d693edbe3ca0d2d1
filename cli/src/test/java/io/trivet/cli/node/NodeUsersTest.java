package io.trivet.cli.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.trivet.client.TrivetClient;
import io.trivet.gateway.Callers;
import io.trivet.gateway.error.S3Error;
import io.trivet.gateway.error.S3Exception;
import io.trivet.model.NodeId;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.node.access.DelegationCalls.Delegation;
import io.trivet.wire.credentials.DelegatedLogin;
import io.trivet.wire.credentials.SignatureV4;
import io.trivet.wire.credentials.SignedText;
import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which signatures the leader is shown, and when a node stops to act for a user. */
class NodeUsersTest {
    private static final String HOST = "192.0.2.7";
    private static final Duration VALID = Duration.ofMinutes(10);

    private final AtomicLong nanos = new AtomicLong();
    private final Map<String, String> secrets =
            new HashMap<>(Map.of("ada", "a-secret-of-ada-000000", "eve", "s-of-eve"));
    private final List<SignedText> shown = new ArrayList<>();
    private final List<Supplier<DelegatedLogin>> logins = new ArrayList<>();
    private final List<String> closed = new ArrayList<>();
    private Refusal.@Nullable Kind refusal;

    private final NodeUsers users = new NodeUsers(this::ask, this::connect, nanos::get);

    private Delegation ask(SignedText signed, String client) {
        assertThat(client).isEqualTo(HOST);
        shown.add(signed);
        if (refusal != null) {
            throw TrivetException.of(refusal, "", "for a reason");
        }
        byte[] key = signed.keyOf(secrets.getOrDefault(signed.accessKey(), "nobody's"));
        if (!signed.isSignedBy(key)) {
            throw TrivetException.of(Refusal.Kind.DENIED, "", "another secret");
        }
        byte[] login = Arrays.copyOf(("login " + shown.size()).getBytes(StandardCharsets.UTF_8), 32);
        return new Delegation(key, new DelegatedLogin(signed.accessKey(), new NodeId(1), shown.size(), login), VALID);
    }

    private TrivetClient connect(Supplier<DelegatedLogin> login) {
        logins.add(login);
        int number = logins.size();
        return (TrivetClient) Proxy.newProxyInstance(
                TrivetClient.class.getClassLoader(), new Class<?>[] {TrivetClient.class}, (_, method, _) -> {
                    if (method.getName().equals("close")) {
                        closed.add("client " + number);
                        return null;
                    }
                    throw new UnsupportedOperationException(method.getName());
                });
    }

    private static SignedText signed(String user, String secret, String time) {
        String text =
                "AWS4-HMAC-SHA256\n" + time + "\n" + time.substring(0, 8) + "/x/s3/aws4_request\n" + "0".repeat(64);
        return new SignedText(
                user, List.of(text), SignatureV4.sign(SignatureV4.key(secret, time.substring(0, 8), "x"), text));
    }

    private SignedText signed(String user) {
        return signed(user, secrets.getOrDefault(user, "a secret of nobody"), "20261129T101112Z");
    }

    private static void refused(S3Error error, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        S3Exception.class, e -> assertThat(e.error()).isEqualTo(error));
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void theLeaderIsAskedOnceForADay() {
        users.of(signed("ada"), HOST);
        users.of(signed("ada", secrets.get("ada"), "20261129T101113Z"), HOST);
        assertThat(shown).hasSize(1);
        users.of(signed("ada", secrets.get("ada"), "20261128T235959Z"), HOST);
        assertThat(shown).hasSize(2);
        pass(VALID);
        users.of(signed("ada"), HOST);
        assertThat(shown).hasSize(3);
    }

    /** Also with a key at hand: the secret may have been changed, and guesses are counted there. */
    @Test
    void whatTheKeyAtHandDoesNotFitIsShownToTheLeader() {
        users.of(signed("ada"), HOST);
        refused(S3Error.SIGNATURE_DOES_NOT_MATCH, () -> users.of(signed("ada", "a guess", "20261129T101112Z"), HOST));
        assertThat(shown).hasSize(2);
        secrets.put("ada", "another-secret-of-ada");
        users.of(signed("ada"), HOST);
        assertThat(shown).hasSize(3);
    }

    @Test
    void unknownUsersAreRefusedAsWrongSecretsAreAndTakeNoPlace() {
        refused(S3Error.SIGNATURE_DOES_NOT_MATCH, () -> users.of(signed("nobody"), HOST));
        assertThat(users.size()).isZero();
    }

    @Test
    void aLeaderThatIsMissingOrBusyIsSaidInWordsThatClientsTryAgainAfter() {
        refusal = Refusal.Kind.BUSY;
        refused(S3Error.SLOW_DOWN, () -> users.of(signed("ada"), HOST));
        refusal = Refusal.Kind.NO_QUORUM;
        refused(S3Error.SERVICE_UNAVAILABLE, () -> users.of(signed("ada"), HOST));
    }

    /** With what was signed last. A login that is good for a while goes on without a leader. */
    @Test
    void theLoginOfALongRequestIsRenewed() {
        users.of(signed("ada"), HOST);
        Callers.Caller upload = users.of("ada");
        Supplier<DelegatedLogin> login = logins.getFirst();
        DelegatedLogin first = login.get();
        pass(Duration.ofMinutes(4));
        assertThat(login.get()).isSameAs(first);
        pass(Duration.ofMinutes(2));
        refusal = Refusal.Kind.NO_QUORUM;
        assertThat(login.get()).isSameAs(first);
        refusal = null;
        DelegatedLogin second = login.get();
        assertThat(second).isNotSameAs(first);
        pass(Duration.ofMinutes(9));
        assertThat(login.get()).isNotSameAs(second);
        refusal = Refusal.Kind.DENIED;
        pass(Duration.ofMinutes(6));
        assertThatThrownBy(login::get).isInstanceOf(TrivetException.class);
        upload.close();
    }

    /** The client of an idle user keeps its session for a while, and asks for nothing in its name. */
    @Test
    void theLoginOfAnIdleUserEnds() {
        users.of(signed("ada"), HOST);
        users.of("ada").close();
        pass(Duration.ofMinutes(9));
        logins.getFirst().get();
        pass(Duration.ofMinutes(1));
        assertThatThrownBy(logins.getFirst()::get)
                .isInstanceOfSatisfying(
                        TrivetException.class, e -> assertThat(e.kind()).isEqualTo(Refusal.Kind.NOT_LOGGED_IN));
        assertThat(shown).hasSize(1);
        users.round();
        assertThat(users.size()).isEqualTo(1);
        pass(Duration.ofSeconds(1));
        users.round();
        assertThat(users.size()).isZero();
        assertThat(closed).containsExactly("client 1");
    }

    @Test
    void aUserWhoseLoginWasRefusedIsAskedForAgain() {
        users.of(signed("ada"), HOST);
        try (Callers.Caller caller = users.of("ada")) {
            caller.refused();
        }
        users.of(signed("ada"), HOST);
        assertThat(shown).hasSize(2);
        assertThat(logins).hasSize(1);
    }

    @Test
    void thereAreNoMoreUsersThanThereMayBe() {
        List<Callers.Caller> underWay = new ArrayList<>();
        for (int number = 0; number < NodeUsers.MOST; number++) {
            secrets.put("user" + number, "a-secret-of-a-user-" + number);
            users.of(signed("user" + number), HOST);
            underWay.add(users.of("user" + number));
        }
        refused(S3Error.SLOW_DOWN, () -> users.of(signed("ada"), HOST));
        underWay.get(7).close();
        users.of(signed("ada"), HOST);
        assertThat(users.size()).isEqualTo(NodeUsers.MOST);
        assertThat(closed).containsExactly("client 8");
        refused(S3Error.SLOW_DOWN, () -> users.of("user7"));
        users.close();
        assertThat(closed).hasSize(NodeUsers.MOST);
        refused(S3Error.SERVICE_UNAVAILABLE, () -> users.of(signed("eve"), HOST));
    }
}
