package io.trivet.cli.remote;

import io.trivet.client.Account;
import io.trivet.client.Profile;
import io.trivet.client.Profiles;
import io.trivet.client.UserAdmin;
import io.trivet.model.TrivetException;
import io.trivet.wire.credentials.Secret;
import io.trivet.wire.credentials.TrustSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Changes the secret of the account whose profile is used, so that nobody locks himself out,
 * whenever the process dies.
 *
 * <pre>
 *   profile: secret = old                        the old one is good
 *   profile: secret = old, next-secret = new     written before the cluster is told: either may be good
 *   profile: secret = new                        written when the cluster has said yes, or the next command finds that the new one is good
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
     * Of the profile that was found. Where a change was cut short, the one of its two secrets that is good.
     *
     * @param accepted asks the cluster whether an account is who it says
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

    /** The profile that holds a user's secret, and will hold the next one; empty for all but this account. */
    public Optional<Path> profileOf(String name) {
        return isOf(name) ? Optional.of(file) : Optional.empty();
    }

    /**
     * Gives a user of the cluster another secret. Throws {@link IOException} where the profile of
     * this account cannot be written; then nothing was changed, or it holds both secrets.
     */
    public void rotate(UserAdmin users, String name, Secret secret) throws IOException {
        if (isOf(name)) {
            change(secret, told -> users.rotateSecret(name, told));
        } else {
            users.rotateSecret(name, secret);
        }
    }

    /**
     * What {@code tell} throws may mean that the cluster has done it all the same: then the profile
     * keeps both. A change that nobody knows the end of is made again first: the profile has room
     * for one secret that may be good, and that one still may come.
     *
     * @param tell tells the cluster; saying the same twice does no harm
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
     * The cluster's keys were changed: the profile says whom to believe from now on. One that
     * another command writes meanwhile, or that cannot be written, is left to the next command: for
     * as long as the overlap lasts each one finds out by itself.
     */
    void believe(TrustSettings trustSettings) {
        Profile next = profile.believing(trustSettings);
        try {
            if (next.writeInPlaceOf(profile, file)) {
                profile = next;
            }
        } catch (IOException | TrivetException _) {
            // See above.
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
