package io.trivet.namespace;

import io.trivet.message.StateCodec;
import io.trivet.message.StateMessages.GroupRow;
import io.trivet.model.Command;
import io.trivet.model.Grant;
import io.trivet.model.Group;
import io.trivet.model.QueryResult;
import io.trivet.model.Refusal;
import io.trivet.model.TrivetException;
import io.trivet.model.User;
import io.trivet.namespace.Store.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The groups. A group lists its users and a user its groups: both rows change in one step. */
final class Groups {
    private static final int PAGE = 100;

    private final Transaction rows;

    Groups(Transaction rows) {
        this.rows = rows;
    }

    void add(String name) {
        User.checkName(name);
        if (rows.has(RowKeys.group(name))) {
            throw TrivetException.of(Refusal.Kind.ALREADY_EXISTS, name, "there is a group of this name");
        }
        if (rows.count(RowKeys.groups(), Group.MAX_GROUPS) >= Group.MAX_GROUPS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, name, "there are " + Group.MAX_GROUPS + " groups already");
        }
        new Settings(rows).raiseFormat(Settings.ADDITIONS_FORMAT);
        put(new Group(name, List.of(), List.of()));
    }

    void remove(String name) {
        Users users = new Users(rows);
        require(name).members().forEach(member -> users.setGroup(member, name, false));
        rows.remove(RowKeys.group(name));
    }

    void setMember(Command.SetMember set) {
        Group before = require(set.group());
        List<String> members = new ArrayList<>(before.members());
        members.remove(set.user());
        if (set.member()) {
            members.add(set.user());
        }
        if (members.size() > Group.MAX_MEMBERS) {
            throw TrivetException.of(
                    Refusal.Kind.BAD_REQUEST, set.group(), "a group has at most " + Group.MAX_MEMBERS + " users");
        }
        put(new Group(before.name(), before.grants(), members));
        new Users(rows).setGroup(set.user(), set.group(), set.member());
    }

    /** Takes a removed user out of its groups. */
    void forget(User user) {
        for (String name : user.groups()) {
            Group before = require(name);
            List<String> members = new ArrayList<>(before.members());
            members.remove(user.name());
            put(new Group(name, before.grants(), members));
        }
    }

    void grant(String name, Grant grant) {
        Group before = require(name);
        Users users = new Users(rows);
        List<Grant> grants = Users.with(before.grants(), grant, name, users.now());
        put(new Group(name, grants, before.members()));
        before.members().forEach(users::requireFits);
    }

    List<Grant> grantsOf(String name) {
        return find(name).map(Group::grants).orElse(List.of());
    }

    QueryResult.Groups page(String after) {
        RowKeys.Span all = RowKeys.groups();
        RowKeys.Span rest = after.isEmpty() ? all : all.startingAt(RowKeys.after(RowKeys.group(after)));
        RowPage<Group> page = RowPage.of(rows, rest, PAGE).map(Groups::group);
        return new QueryResult.Groups(page.rows(), page.more());
    }

    Optional<Group> find(String name) {
        return Optional.ofNullable(rows.get(RowKeys.group(name), GroupRow.parser()))
                .map(row -> group(name, row));
    }

    private Group require(String name) {
        User.checkName(name);
        return find(name).orElseThrow(() -> TrivetException.of(Refusal.Kind.NO_SUCH_GROUP, name, ""));
    }

    private void put(Group group) {
        rows.put(
                RowKeys.group(group.name()),
                GroupRow.newBuilder()
                        .addAllGrants(
                                group.grants().stream().map(StateCodec::to).toList())
                        .addAllMembers(group.members())
                        .build());
    }

    private static Group group(Pair row) {
        return group(RowKeys.userOf(row.key()), Transaction.parse(row, GroupRow.parser()));
    }

    static Group group(String name, GroupRow row) {
        return new Group(
                name, row.getGrantsList().stream().map(StateCodec::from).toList(), row.getMembersList());
    }
}
