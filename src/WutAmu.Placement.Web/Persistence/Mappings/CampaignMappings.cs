using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Metadata.Builders;
using WutAmu.Placement.Domain.Campaigns;
using WutAmu.Placement.Domain.Hosts;
using WutAmu.Placement.Domain.People;

namespace WutAmu.Placement.Web.Persistence.Mappings;

internal sealed class CampaignMapping : IEntityTypeConfiguration<Campaign>
{
    public void Configure(EntityTypeBuilder<Campaign> builder)
    {
        builder.Property(c => c.Version).IsConcurrencyToken();
        builder.Property(c => c.AcceptedItems).HasJson();
        builder.HasIndex(c => new { c.Track, c.AcademicYear }).IsUnique();
    }
}

internal sealed class ProgrammeMapping : IEntityTypeConfiguration<Programme>
{
    public void Configure(EntityTypeBuilder<Programme> builder)
    {
        builder.HasKey(p => p.Code);
        builder.Property(p => p.Name).HasJson();
    }
}

internal sealed class PersonMapping : IEntityTypeConfiguration<Person>
{
    public void Configure(EntityTypeBuilder<Person> builder)
    {
        builder.Property(p => p.Version).IsConcurrencyToken();
        builder.HasIndex(p => p.Email).IsUnique();
    }
}

internal sealed class StudentMapping : IEntityTypeConfiguration<Student>
{
    public void Configure(EntityTypeBuilder<Student> builder)
    {
        builder.Property(s => s.Version).IsConcurrencyToken();
        builder.HasIndex(s => new { s.Campaign, s.Code }).IsUnique();
        builder.HasIndex(s => new { s.Campaign, s.Person }).IsUnique();
        builder.HasOne<Campaign>().WithMany().HasForeignKey(s => s.Campaign).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Person>().WithMany().HasForeignKey(s => s.Person).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class HostMapping : IEntityTypeConfiguration<Domain.Hosts.Host>
{
    public void Configure(EntityTypeBuilder<Domain.Hosts.Host> builder)
    {
        builder.Property(h => h.Version).IsConcurrencyToken();
        builder.Property(h => h.Languages).HasJson();
        builder.HasIndex(h => new { h.Track, h.Code }).IsUnique();
        builder.HasOne<Person>().WithMany().HasForeignKey(h => h.Head).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class SupervisorMapping : IEntityTypeConfiguration<Supervisor>
{
    public void Configure(EntityTypeBuilder<Supervisor> builder)
    {
        builder.Property(s => s.Version).IsConcurrencyToken();
        builder.HasIndex(s => new { s.Campaign, s.Code }).IsUnique();
        builder.HasOne<Domain.Hosts.Host>().WithMany().HasForeignKey(s => s.Host).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(s => s.Campaign).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class OfferMapping : IEntityTypeConfiguration<Offer>
{
    public void Configure(EntityTypeBuilder<Offer> builder)
    {
        builder.Property(o => o.Version).IsConcurrencyToken();
        builder.Property(o => o.Title).HasJson();
        builder.Property(o => o.Description).HasJson();
        builder.Property(o => o.Programmes).HasJson();
        builder.Property(o => o.Languages).HasJson();
        builder.HasIndex(o => new { o.Campaign, o.Code }).IsUnique();
        builder.HasOne<Domain.Hosts.Host>().WithMany().HasForeignKey(o => o.Host).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(o => o.Campaign).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Supervisor>().WithMany().HasForeignKey(o => o.Supervisor).OnDelete(DeleteBehavior.Restrict);
    }
}

internal sealed class DeclarationMapping : IEntityTypeConfiguration<CapacityDeclaration>
{
    public void Configure(EntityTypeBuilder<CapacityDeclaration> builder)
    {
        builder.Property(d => d.Version).IsConcurrencyToken();
        builder.Property(d => d.Draft).HasJson();
        builder.Property(d => d.Declared).HasJson();
        builder.HasIndex(d => new { d.Campaign, d.Host }).IsUnique();
        builder.HasOne<Domain.Hosts.Host>().WithMany().HasForeignKey(d => d.Host).OnDelete(DeleteBehavior.Restrict);
        builder.HasOne<Campaign>().WithMany().HasForeignKey(d => d.Campaign).OnDelete(DeleteBehavior.Restrict);
        builder.OwnsMany(d => d.Versions, version =>
        {
            version.ToTable("DeclarationVersions");
            version.WithOwner().HasForeignKey("DeclarationId");
            version.HasKey("DeclarationId", nameof(DeclarationVersion.Number));
            version.Property(v => v.Number).ValueGeneratedNever();
            version.Property(v => v.Capacity).HasJson();
        });
    }
}
