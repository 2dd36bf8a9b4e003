from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0020_organisation_requests')]

    initial = False

    operations = [
        ops.CreateModel(
            name='DomainClaim',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='domain_claims', on_delete=OnDelete.CASCADE)),
                ('domain', fields.CharField(max_length=120)),
                ('token', fields.CharField(max_length=64)),
                ('by', fields.ForeignKeyField('models.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='domain_claims', on_delete=OnDelete.SET_NULL)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('looked_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('found', fields.CharField(default='', db_default='', max_length=8)),
            ],
            options={'table': 'domain_claims', 'app': 'models', 'unique_together': (('organisation', 'domain'),), 'pk_attr': 'id', 'table_description': 'A mail domain that an organisation says is its own; it gives nothing until it is proven by `token` in the DNS.'},
            bases=['Model'],
        ),
        ops.CreateModel(
            name='OrganisationProposal',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('organisation', fields.ForeignKeyField('models.Organisation', source_field='organisation_id', db_constraint=True, to_field='id', related_name='proposals', on_delete=OnDelete.CASCADE)),
                ('about', fields.CharField(max_length=8)),
                ('what', fields.TextField(unique=False)),
                ('why', fields.CharField(default='', db_default='', max_length=400)),
                ('state', fields.CharField(default='open', db_default='open', max_length=9)),
                ('by', fields.ForeignKeyField('models.Member', source_field='by_id', null=True, db_constraint=True, to_field='id', related_name='organisation_proposals', on_delete=OnDelete.SET_NULL)),
                ('at', fields.DatetimeField(auto_now=False, auto_now_add=False)),
                ('decided_by', fields.ForeignKeyField('models.Member', source_field='decided_by_id', null=True, db_constraint=True, to_field='id', related_name='organisation_proposals_decided', on_delete=OnDelete.SET_NULL)),
                ('decided_at', fields.DatetimeField(null=True, auto_now=False, auto_now_add=False)),
                ('note', fields.CharField(default='', db_default='', max_length=300)),
            ],
            options={'table': 'organisation_proposals', 'app': 'models', 'indexes': [Index(fields=['organisation', 'state'])], 'pk_attr': 'id', 'table_description': "What somebody of the staff would change in their organisation's profile or ledger (`about`), and why."},
            bases=['Model'],
        ),
        ops.AlterModelOptions(
            name='Membership',
            options={'table': 'memberships', 'app': 'models', 'unique_together': (('member', 'organisation'),), 'pk_attr': 'id', 'table_description': "A member's place in an organisation: `role` is staff or org_admin."},
        ),
        ops.AddField(
            model_name='Membership',
            name='title',
            field=fields.CharField(default='', db_default='', max_length=120),
        ),
        ops.AddField(
            model_name='Membership',
            name='words',
            field=fields.CharField(default='', db_default='', max_length=300),
        ),
        ops.AddField(
            model_name='Organisation',
            name='logo_alt',
            field=fields.CharField(default='', db_default='', max_length=160),
        ),
        ops.AddField(
            model_name='Organisation',
            name='logo_id',
            field=fields.BigIntField(null=True),
        ),
        ops.AddField(
            model_name='Organisation',
            name='mail_content',
            field=fields.CharField(default='full', db_default='full', max_length=4),
        ),
        ops.AddField(
            model_name='Organisation',
            name='privacy_contact',
            field=fields.CharField(default='', db_default='', max_length=254),
        ),
        ops.AddField(
            model_name='Organisation',
            name='signoff',
            field=fields.CharField(default='none', db_default='none', max_length=7),
        ),
        ops.AddField(
            model_name='Organisation',
            name='staff_band',
            field=fields.CharField(default='', db_default='', max_length=12),
        ),
        ops.AddField(
            model_name='Organisation',
            name='term_end',
            field=fields.DateField(null=True),
        ),
        ops.AddField(
            model_name='Organisation',
            name='term_start',
            field=fields.DateField(null=True),
        ),
        ops.AlterModelOptions(
            name='UploadUse',
            options={'table': 'upload_uses', 'app': 'models', 'unique_together': (('upload', 'target', 'target_id'),), 'indexes': [Index(fields=['target', 'target_id'])], 'pk_attr': 'id', 'table_description': 'Where an upload is shown: who may read that may fetch the file. `target` is post, article or logo.'},
        ),
        ops.RunSQL('CREATE INDEX "fk_domain_claims_by_id" ON "domain_claims" ("by_id") WHERE "by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_organisation_proposals_by_id" ON "organisation_proposals" ("by_id") WHERE "by_id" IS NOT NULL'),
        ops.RunSQL('CREATE INDEX "fk_organisation_proposals_decided_by_id" ON "organisation_proposals" ("decided_by_id") WHERE "decided_by_id" IS NOT NULL'),
    ]
