namespace StreamingAdapters.Pipeline;

/// <summary>Something that several use and that ends with its last user; who makes it is the first.</summary>
internal abstract class SharedUse
{
    private int _users = 1;
    private int _isEnded;

    /// <summary>Whether the caller is a user now; false when it has ended.</summary>
    public bool TryEnter()
    {
        int users = Volatile.Read(ref _users);
        while (users > 0)
        {
            int seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
            {
                return true;
            }

            users = seen;
        }

        return false;
    }

    /// <summary>The caller is a user no more.</summary>
    public void Exit()
    {
        if (Interlocked.Decrement(ref _users) == 0)
        {
            EndNow();
        }
    }

    /// <summary>Ends it once, whoever uses it still.</summary>
    public void EndNow()
    {
        if (Interlocked.Exchange(ref _isEnded, 1) == 0)
        {
            End();
        }
    }

    protected abstract void End();
}
