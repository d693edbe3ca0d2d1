package io.trivet.cli;

import io.trivet.client.TrivetClient;
import io.trivet.model.Grant;
import io.trivet.model.User;
import io.trivet.wire.Secret;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** What commands need of a cluster's users. */
interface Accounts {
    List<User> users();

    void add(String name, Secret secret);

    /** Throws {@link IOException} where the own profile cannot be written; then nothing was changed, or it holds both secrets. */
    void rotate(String name, Secret secret) throws IOException;

    /** The file that holds this user's secret here, and will hold the next one when it is rotated: that of who asks. */
    Optional<Path> profileOf(String name);

    void remove(String name);

    void setRights(String name, Grant grant);

    /** Those of a cluster at the other end of a network. */
    record Live(TrivetClient client, OwnSecret own) implements Accounts {
        @Override
        public List<User> users() {
            return client.users();
        }

        @Override
        public void add(String name, Secret secret) {
            client.addUser(name, secret);
        }

        @Override
        public void rotate(String name, Secret secret) throws IOException {
            if (own.isOf(name)) {
                own.change(secret, told -> client.rotateSecret(name, told));
            } else {
                client.rotateSecret(name, secret);
            }
        }

        @Override
        public Optional<Path> profileOf(String name) {
            return own.isOf(name) ? Optional.of(own.file()) : Optional.empty();
        }

        @Override
        public void remove(String name) {
            client.removeUser(name);
        }

        @Override
        public void setRights(String name, Grant grant) {
            client.setRights(name, grant);
        }
    }
}
