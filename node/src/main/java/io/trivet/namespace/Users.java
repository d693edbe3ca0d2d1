package io.trivet.namespace;

import com.google.protobuf.ByteString;
import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.UserRow;
import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.namespace.Store.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The users, their rights, and their secrets as the leader wrapped them: nothing here can read a secret. Who may change them is checked before the log;
 * what is kept here is that there is always somebody who may administer everything.
 */
final class Users {
    static final int MAX_USERS = 10_000;

    private final Transaction rows;

    Users(Transaction rows) {
        this.rows = rows;
    }

    void add(Command.AddUser add) {
        User.checkName(add.name());
        if (rows.has(Keys.user(add.name()))) {
            throw TrivetException.of(Refusal.Kind.ALREADY_EXISTS, add.name(), "there is a user of this name");
        }
        if (rows.range(Keys.users(), MAX_USERS).size() >= MAX_USERS) {
            throw TrivetException.of(Refusal.Kind.BAD_REQUEST, add.name(), "there are " + MAX_USERS + " users already");
        }
        put(new User(add.name(), 1, add.grants()), checked(add.secret()));
    }

    void rotate(Command.RotateSecret rotate) {
        User before = require(rotate.name());
        put(new User(before.name(), before.generation() + 1, before.grants()), checked(rotate.secret()));
    }

    void remove(String name) {
        User user = require(name);
        requireAnotherAdministrator(user);
        rows.remove(Keys.user(name));
    }

    void grant(Command.SetRights set) {
        User before = require(set.name());
        List<Grant> grants = new ArrayList<>(before.grants());
        grants.removeIf(grant -> grant.path().equals(set.grant().path()));
        if (!set.grant().rights().isEmpty()) {
            grants.add(set.grant());
        }
        User after = new User(before.name(), before.generation(), grants);
        if (!after.isAdministrator()) {
            requireAnotherAdministrator(before);
        }
        put(after, row(set.name()).getSecret());
    }

    Optional<User> find(String name) {
        return Optional.ofNullable(rows.get(Keys.user(name), UserRow.parser())).map(row -> user(name, row));
    }

    Optional<Namespace.WrappedSecret> secretOf(String name) {
        return Optional.ofNullable(rows.get(Keys.user(name), UserRow.parser()))
                .map(row -> new Namespace.WrappedSecret(row.getSecret().toByteArray()));
    }

    List<User> page(String after, int limit) {
        Keys.Span all = Keys.users();
        Keys.Span rest = after.isEmpty() ? all : all.startingAt(Keys.after(Keys.user(after)));
        return rows.range(rest, limit).stream().map(Users::user).toList();
    }

    /** Without one nobody could ever give a right again. */
    private void requireAnotherAdministrator(User going) {
        boolean another = !going.isAdministrator()
                || page("", MAX_USERS).stream()
                        .anyMatch(user -> user.isAdministrator() && !user.name().equals(going.name()));
        if (!another) {
            throw TrivetException.of(
                    Refusal.Kind.DENIED, going.name(), "it is the only one who may administer /: make another first");
        }
    }

    private User require(String name) {
        User.checkName(name);
        return user(name, row(name));
    }

    private UserRow row(String name) {
        UserRow row = rows.get(Keys.user(name), UserRow.parser());
        if (row == null) {
            throw TrivetException.of(Refusal.Kind.NO_SUCH_USER, name, "");
        }
        return row;
    }

    private void put(User user, ByteString secret) {
        rows.put(
                Keys.user(user.name()),
                UserRow.newBuilder()
                        .setSecret(secret)
                        .setGeneration(user.generation())
                        .addAllGrants(user.grants().stream().map(StateCodec::to).toList())
                        .build());
    }

    private static ByteString checked(byte[] wrapped) {
        if (wrapped.length == 0 || wrapped.length > Command.MAX_WRAPPED) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, "", "a wrapped secret has 1 to " + Command.MAX_WRAPPED + " bytes");
        }
        return ByteString.copyFrom(wrapped);
    }

    private static User user(Pair row) {
        return user(Keys.userOf(row.key()), Transaction.parse(row, UserRow.parser()));
    }

    static User user(String name, UserRow row) {
        return new User(
                name,
                row.getGeneration(),
                row.getGrantsList().stream().map(StateCodec::from).toList());
    }
}
