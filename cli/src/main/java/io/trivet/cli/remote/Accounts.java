package io.trivet.cli.remote;

import io.trivet.client.TrivetClient;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.User;
import io.trivet.model.UserUse;
import io.trivet.wire.credentials.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What commands need of a cluster's users. */
public interface Accounts {
    void add(String name, Secret secret);

    /**
     * Throws {@link IOException} where the own profile cannot be written; then nothing was changed,
     * or it holds both secrets.
     */
    void rotate(String name, Secret secret) throws IOException;

    /** The file that holds this user's secret here, and will hold the next one when it is rotated: that of who asks. */
    Optional<Path> profileOf(String name);

    void remove(String name);

    void setRights(String name, Grant grant);

    List<Group> groups();

    void addGroup(String name);

    void removeGroup(String name);

    void setMember(String group, String user, boolean member);

    /** All users with what each has, in the order of their names. */
    Map<User, UserUse> usersWithUse();

    /** Null leaves a limit as it is, -1 takes it away. */
    void setLimits(
            String name,
            @Nullable Long bytes,
            @Nullable Long files,
            @Nullable Integer sessions,
            @Nullable Integer requests);

    /** Those of a cluster at the other end of a network. */
    record Live(TrivetClient client, OwnSecret own) implements Accounts {
        @Override
        public void add(String name, Secret secret) {
            client.users().add(name, secret);
        }

        @Override
        public void rotate(String name, Secret secret) throws IOException {
            if (own.isOf(name)) {
                own.change(secret, told -> client.users().rotateSecret(name, told));
            } else {
                client.users().rotateSecret(name, secret);
            }
        }

        @Override
        public Optional<Path> profileOf(String name) {
            return own.isOf(name) ? Optional.of(own.file()) : Optional.empty();
        }

        @Override
        public void remove(String name) {
            client.users().remove(name);
        }

        @Override
        public List<Group> groups() {
            return client.groups().list();
        }

        @Override
        public void addGroup(String name) {
            client.groups().add(name);
        }

        @Override
        public void removeGroup(String name) {
            client.groups().remove(name);
        }

        @Override
        public void setMember(String group, String user, boolean member) {
            client.groups().setMember(group, user, member);
        }

        @Override
        public Map<User, UserUse> usersWithUse() {
            return client.users().listWithUse();
        }

        @Override
        public void setLimits(
                String name,
                @Nullable Long bytes,
                @Nullable Long files,
                @Nullable Integer sessions,
                @Nullable Integer requests) {
            client.users().setLimits(name, bytes, files, sessions, requests);
        }

        @Override
        public void setRights(String name, Grant grant) {
            client.users().setRights(name, grant);
        }
    }
}
