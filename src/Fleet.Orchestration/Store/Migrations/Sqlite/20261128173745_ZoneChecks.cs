using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Fleet.Orchestration.Store.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class ZoneChecks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "zone_checks",
                columns: table => new
                {
                    Id = table.Column<Guid>(type: "TEXT", nullable: false),
                    CheckId = table.Column<Guid>(type: "TEXT", nullable: false),
                    Zone = table.Column<string>(type: "TEXT", nullable: false),
                    AskedAt = table.Column<long>(type: "INTEGER", nullable: false),
                    EndedAt = table.Column<long>(type: "INTEGER", nullable: true),
                    Answered = table.Column<bool>(type: "INTEGER", nullable: false),
                    Check = table.Column<string>(type: "TEXT", nullable: false),
                    Version = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("PK_zone_checks", x => x.Id);
                });

            migrationBuilder.CreateIndex(
                name: "IX_zone_checks_CheckId",
                table: "zone_checks",
                column: "CheckId");

            migrationBuilder.CreateIndex(
                name: "IX_zone_checks_EndedAt",
                table: "zone_checks",
                column: "EndedAt");

            migrationBuilder.CreateIndex(
                name: "IX_zone_checks_Zone_AskedAt",
                table: "zone_checks",
                columns: new[] { "Zone", "AskedAt" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "zone_checks");
        }
    }
}
