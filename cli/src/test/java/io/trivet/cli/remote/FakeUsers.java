package io.trivet.cli.remote;

import io.trivet.client.GroupAdmin;
import io.trivet.client.UserAdmin;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.model.UserLimits;
import io.trivet.model.UserUse;
import io.trivet.wire.credentials.Secret;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Users and groups in memory; their secrets are not checked. */
final class FakeUsers implements UserAdmin {
    private final Map<String, User> users = new TreeMap<>();

    private final Map<String, Group> groups = new TreeMap<>();

    @Override
    public Map<User, UserUse> listWithUse() {
        Map<User, UserUse> all = new LinkedHashMap<>();
        users.values().forEach(user -> all.put(user, new UserUse(1 << 20, 3, 1)));
        return all;
    }

    @Override
    public void setLimits(
            String name,
            @Nullable Long bytes,
            @Nullable Long files,
            @Nullable Integer sessions,
            @Nullable Integer requests) {
        UserLimits limits = new UserLimits(
                bytes == null ? -1 : bytes,
                files == null ? -1 : files,
                sessions == null ? 0 : Math.max(0, sessions),
                requests == null ? 0 : Math.max(0, requests));
        users.put(name, new User(name, 1, known(name).grants(), limits, List.of()));
    }

    @Override
    public void add(String name, Secret secret) {
        users.put(name, new User(name, 1, List.of()));
    }

    @Override
    public void rotateSecret(String name, Secret secret) {
        known(name);
    }

    @Override
    public void remove(String name) {
        users.remove(known(name).name());
    }

    @Override
    public void setRights(String name, Grant grant) {
        users.put(name, new User(name, 1, grant.rights().isEmpty() ? List.of() : List.of(grant)));
    }

    private User known(String name) {
        User user = users.get(name);
        if (user == null) {
            throw TrivetException.of(Refusal.Kind.NO_SUCH_USER, name, "");
        }
        return user;
    }

    @Override
    public List<User> list() {
        return List.copyOf(users.values());
    }

    GroupAdmin groups() {
        return new FakeGroups();
    }

    private final class FakeGroups implements GroupAdmin {
        @Override
        public List<Group> list() {
            return List.copyOf(groups.values());
        }

        @Override
        public void add(String name) {
            groups.put(name, new Group(name, List.of(), List.of()));
        }

        @Override
        public void remove(String name) {
            groups.remove(name);
        }

        @Override
        public void setMember(String group, String user, boolean member) {
            List<String> members = new ArrayList<>(groups.get(group).members());
            members.remove(user);
            if (member) {
                members.add(known(user).name());
            }
            groups.put(group, new Group(group, groups.get(group).grants(), members));
        }
    }
}
