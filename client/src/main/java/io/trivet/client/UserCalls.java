package io.trivet.client;

import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.model.UserUse;
import io.trivet.wire.credentials.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** {@link UserAdmin} by requests to the leader. */
final class UserCalls implements UserAdmin {
    private final LeaderCalls leader;
    private final Session session;
    private final @Nullable Account own;

    UserCalls(LeaderCalls leader, Session session, @Nullable Account own) {
        this.leader = leader;
        this.session = session;
        this.own = own;
    }

    @Override
    public List<User> list() {
        List<User> all = new ArrayList<>();
        QueryResult.Users page;
        do {
            page = page(all.isEmpty() ? "" : all.getLast().name());
            all.addAll(page.users());
        } while (page.more());
        return all;
    }

    @Override
    public Map<User, UserUse> listWithUse() {
        Map<User, UserUse> all = new LinkedHashMap<>();
        String after = "";
        QueryResult.Users page;
        do {
            page = page(after);
            for (int i = 0; i < page.users().size(); i++) {
                after = page.users().get(i).name();
                all.put(page.users().get(i), page.uses().get(i));
            }
        } while (page.more());
        return all;
    }

    private QueryResult.Users page(String after) {
        return (QueryResult.Users) leader.ask(new Query.Users(after, Query.MAX_USERS));
    }

    @Override
    public void add(String name, Secret secret) {
        User.checkName(name);
        session.submit(new Command.AddUser(name, onTheWay(name, secret), List.of()));
    }

    @Override
    public void remove(String name) {
        session.submit(new Command.RemoveUser(name));
    }

    @Override
    public void rotateSecret(String name, Secret secret) {
        session.submit(new Command.RotateSecret(name, onTheWay(name, secret)));
    }

    @Override
    public void setRights(String name, Grant grant) {
        session.submit(new Command.SetRights(name, grant));
    }

    @Override
    public void setLimits(
            String name,
            @Nullable Long bytes,
            @Nullable Long files,
            @Nullable Integer sessions,
            @Nullable Integer requests) {
        session.submit(new Command.SetLimits(name, bytes, files, sessions, requests));
    }

    /**
     * Encrypts a secret with the sender's own secret, so that it is not readable on plain TCP
     * either.
     */
    private byte[] onTheWay(String name, Secret secret) {
        if (own == null) {
            throw TrivetException.of(
                    Refusal.Kind.NOT_LOGGED_IN, "", "this takes a user: give an access key and its secret");
        }
        return Secret.onTheWay(own.secret().bytes()).close(secret.bytes(), name);
    }
}
