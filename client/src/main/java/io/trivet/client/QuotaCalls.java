package io.trivet.client;

import io.trivet.model.Command;
import io.trivet.model.Query;
import io.trivet.model.QueryResult;
import io.trivet.model.QuotaUse;
import io.trivet.model.RemotePath;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@link QuotaAdmin} by requests to the leader. */
final class QuotaCalls implements QuotaAdmin {
    private final LeaderCalls leader;

    QuotaCalls(LeaderCalls leader) {
        this.leader = leader;
    }

    @Override
    public QueryResult.Quotas list() {
        List<QuotaUse> all = new ArrayList<>();
        QueryResult.Quotas page = new QueryResult.Quotas(List.of(), 0, false);
        do {
            page = (QueryResult.Quotas) leader.ask(new Query.Quotas(page.next()));
            all.addAll(page.quotas());
        } while (page.next() != 0);
        return new QueryResult.Quotas(all, 0, page.counting());
    }

    @Override
    public void set(RemotePath directory, @Nullable Long bytes, @Nullable Long files) {
        leader.submit(new Command.SetQuota(directory, bytes, files));
    }
}
