package io.trivet.cli.remote;

import io.trivet.client.Account;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.client.UserAdmin;
import io.trivet.model.Address;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes the secret of the profile's account such that the account is never locked out, whenever
 * the process dies.
 *
 * <pre>
 *   profile: secret = old                        the old one is valid
 *   profile: secret = old, next-secret = new     written before the cluster is told: either may be
 *                                                valid
 *   profile: secret = new                        written when the cluster has confirmed, or a later
 *                                                command finds that the new one is valid
 * </pre>
 */
public final class OwnSecret {
    private final Path file;
    private Profile profile;

    private OwnSecret(Path file, Profile profile) {
        this.file = file;
        this.profile = profile;
    }

    /**
     * For the profile that was found. If a change was interrupted, determines which of its two
     * secrets is valid.
     *
     * @param accepted asks the cluster whether it accepts an account
     */
    static OwnSecret of(Profiles.Found found, Predicate<Account> accepted) throws IOException {
        OwnSecret own = new OwnSecret(found.file(), found.profile());
        Profile profile = own.profile;
        if (profile.accessKey() instanceof String key
                && profile.nextSecret() instanceof String next
                && accepted.test(new Account(key, new Secret(next)))) {
            own.changed(next);
        }
        return own;
    }

    @Nullable
    Account account() {
        return profile.account();
    }

    private boolean isOf(String name) {
        return name.equals(profile.accessKey());
    }

    /** The access key of the account; empty for an anonymous one. */
    public Optional<String> user() {
        return Optional.ofNullable(account()).map(Account::accessKey);
    }

    /** The profile that holds a user's secret; empty for all users except this account. */
    public Optional<Path> profileOf(String name) {
        return isOf(name) ? Optional.of(file) : Optional.empty();
    }

    /**
     * Replaces a user's secret. Throws {@link IOException} if the profile of this account cannot be
     * written; then nothing was changed, or the profile holds both secrets.
     */
    public void rotate(UserAdmin users, String name, Secret secret) throws IOException {
        if (isOf(name)) {
            change(secret, told -> users.rotateSecret(name, told));
        } else {
            users.rotateSecret(name, secret);
        }
    }

    /**
     * If {@code tell} throws, the cluster may have changed the secret nevertheless, so the profile
     * keeps both. An earlier change with an unknown outcome is repeated first, because the profile
     * has room for one uncertain secret, and that one may still take effect.
     *
     * @param tell tells the cluster; idempotent
     */
    void change(Secret secret, Consumer<Secret> tell) throws IOException {
        if (profile.nextSecret() instanceof String undecided) {
            tell.accept(new Secret(undecided));
            changed(undecided);
        }
        write(profile.changingTo(secret.text()));
        tell.accept(secret);
        changed(secret.text());
    }

    /**
     * Writes the authorities to trust after a change of the cluster's keys. If another command
     * writes the profile at the same time, or it cannot be written, a later command does it, as
     * long as the overlap lasts.
     */
    void believe(TrustSettings trustSettings) {
        replace(profile.believing(trustSettings));
    }

    /**
     * Writes the addresses of the nodes, unless they are there. Like {@link #believe}, it is left to
     * a later command if it cannot be done now or the secret is being changed.
     */
    void find(List<Address> addresses) {
        Profile next = profile.at(addresses);
        if (profile.nextSecret() == null && !next.equals(profile)) {
            replace(next);
        }
    }

    private void replace(Profile next) {
        try {
            if (next.writeInPlaceOf(profile, file)) {
                profile = next;
            }
        } catch (IOException | TrivetException _) {
            // A later command tries again.
        }
    }

    private void changed(String secret) throws IOException {
        write(profile.as(Optional.ofNullable(profile.accessKey()).orElse(""), secret));
    }

    private void write(Profile next) throws IOException {
        next.write(file);
        profile = next;
    }
}
