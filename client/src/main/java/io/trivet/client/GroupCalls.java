package io.trivet.client;

import io.trivet.model.Command;
import io.trivet.model.Group;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import java.util.ArrayList;
import java.util.List;

/** {@link GroupAdmin} by requests to the leader. */
final class GroupCalls implements GroupAdmin {
    private final LeaderCalls leader;
    private final Session session;

    GroupCalls(LeaderCalls leader, Session session) {
        this.leader = leader;
        this.session = session;
    }

    @Override
    public List<Group> list() {
        List<Group> all = new ArrayList<>();
        QueryResult.Groups page;
        do {
            page = (QueryResult.Groups) leader.ask(
                    new Query.Groups(all.isEmpty() ? "" : all.getLast().name()));
            all.addAll(page.groups());
        } while (page.more());
        return all;
    }

    @Override
    public void add(String name) {
        session.submit(new Command.AddGroup(name));
    }

    @Override
    public void remove(String name) {
        session.submit(new Command.RemoveGroup(name));
    }

    @Override
    public void setMember(String group, String user, boolean member) {
        session.submit(new Command.SetMember(group, user, member));
    }
}
