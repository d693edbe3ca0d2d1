package io.trivet.cli;

import io.trivet.client.TrivetClient;
import io.trivet.model.Grant;
import io.trivet.model.User;
import io.trivet.wire.Secret;
import java.util.List;

/** What commands need of a cluster's users. */
interface Accounts {
    List<User> users();

    void add(String name, Secret secret);

    void rotate(String name, Secret secret);

    void remove(String name);

    void setRights(String name, Grant grant);

    /** Those of a cluster at the other end of a network. */
    record Live(TrivetClient client) implements Accounts {
        @Override
        public List<User> users() {
            return client.users();
        }

        @Override
        public void add(String name, Secret secret) {
            client.addUser(name, secret);
        }

        @Override
        public void rotate(String name, Secret secret) {
            client.rotateSecret(name, secret);
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
