package io.trivet.gateway;

import io.trivet.client.Account;
import io.trivet.client.ClientOptions;
import io.trivet.client.Profile;
import io.trivet.client.TrivetClient;
import io.trivet.gateway.signature.SigningKey;
import io.trivet.gateway.signature.SigningKeys;
import io.trivet.model.Refusal;
import io.trivet.model.RemotePath;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.SignedText;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The users whose profiles a gateway was given. It knows their secrets, checks signatures with them,
 * and acts as each by a login of his own: the cluster decides what each may do, as it does for any
 * other client.
 */
public final class KnownUsers implements SigningKeys, Callers, AutoCloseable {
    /** The client stays open for as long as the gateway serves. */
    private record Known(Account account, TrivetClient client) implements Caller {
        @Override
        public void close() {}
    }

    private final Map<String, Known> users = new LinkedHashMap<>();

    private KnownUsers() {}

    /**
     * Logs each of them in. Throws {@link TrivetException}: {@code NOT_LOGGED_IN} for a profile
     * without a user, {@code DENIED} for one whose secret is not good any more.
     */
    public static KnownUsers of(List<Profile> profiles) {
        KnownUsers known = new KnownUsers();
        boolean done = false;
        try {
            profiles.forEach(known::add);
            done = true;
            return known;
        } finally {
            if (!done) {
                known.close();
            }
        }
    }

    private void add(Profile profile) {
        Account account = profile.account();
        if (account == null) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_LOGGED_IN, "", "this takes a user: a profile with an access key and its secret");
        }
        TrivetClient client = TrivetClient.connect(ClientOptions.of(profile).withOpenFiles(S3Gateway.OPEN_FILES));
        Known before = users.put(account.accessKey(), new Known(account, client));
        if (before != null) {
            before.client.close();
        }
        requireGood(client);
    }

    /** What a user may not do says that he is known. */
    private static void requireGood(TrivetClient client) {
        try {
            client.stat(RemotePath.ROOT);
        } catch (TrivetException e) {
            if (e.kind() != Refusal.Kind.FORBIDDEN) {
                throw e;
            }
        }
    }

    @Override
    public SigningKey of(SignedText signed, String client) {
        return SigningKeys.ofSecrets(accessKey -> Optional.ofNullable(users.get(accessKey))
                        .map(known -> known.account.secret().text()))
                .of(signed, client);
    }

    @Override
    public Caller of(String accessKey) {
        Known known = users.get(accessKey);
        if (known == null) {
            throw TrivetException.of(Refusal.Kind.NO_SUCH_USER, accessKey, "the gateway was not given its profile");
        }
        return known;
    }

    @Override
    public void close() {
        users.values().forEach(known -> known.client.close());
    }
}
