using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WutAmu.Placement.Domain.Audit;
using WutAmu.Placement.Domain.Letters;

namespace WutAmu.Placement.Web.Persistence.Mappings;

internal sealed class OutboxMapping : IEntityTypeConfiguration<OutboxLetter>
{
    public void Configure(EntityTypeBuilder<OutboxLetter> builder)
    {
        builder.Property(l => l.Version).IsConcurrencyToken();
        builder.HasIndex(l => l.Key).IsUnique();
        builder.HasIndex(l => new { l.State, l.NextAttemptAt });
        builder.HasIndex(l => l.Campaign);
        builder.Ignore(l => l.Waiting);
        builder.OwnsMany(l => l.Attempts, attempt =>
        {
            attempt.ToTable("LetterAttempts");
            attempt.WithOwner().HasForeignKey("LetterId");
            attempt.HasKey("LetterId", nameof(LetterAttempt.Number));
            attempt.Property(a => a.Number).ValueGeneratedNever();
        });
    }
}

internal sealed class SendingMapping : IEntityTypeConfiguration<SendingState>
{
    public void Configure(EntityTypeBuilder<SendingState> builder)
    {
        builder.ToTable("Sending");
        builder.Property(s => s.Id).ValueGeneratedNever();
        builder.Property(s => s.Version).IsConcurrencyToken();
        builder.HasData(new { Id = SendingState.OnlyId, TroubleCount = 0, Version = 0 });
    }
}

internal sealed class AuditMapping : IEntityTypeConfiguration<AuditEntry>
{
    public void Configure(EntityTypeBuilder<AuditEntry> builder)
    {
        builder.HasKey(a => a.Sequence);
        builder.Property(a => a.Sequence).ValueGeneratedNever();
        builder.HasIndex(a => a.Campaign);
    }
}
