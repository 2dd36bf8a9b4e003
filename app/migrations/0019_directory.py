from tortoise import migrations
from tortoise.migrations import operations as ops
from tortoise.fields.base import OnDelete
from tortoise import fields
from tortoise.indexes import Index

class Migration(migrations.Migration):
    dependencies = [('models', '0018_trust_held')]

    initial = False

    operations = [
        ops.CreateModel(
            name='MemberTopic',
            fields=[
                ('id', fields.BigIntField(generated=True, primary_key=True, unique=True, db_index=True)),
                ('member', fields.ForeignKeyField('models.Member', source_field='member_id', db_constraint=True, to_field='id', related_name='topics', on_delete=OnDelete.CASCADE)),
                ('slug', fields.CharField(max_length=60)),
                ('name', fields.CharField(max_length=40)),
            ],
            options={'table': 'member_topics', 'app': 'models', 'unique_together': (('member', 'slug'),), 'indexes': [Index(fields=['slug', 'member'])], 'pk_attr': 'id', 'table_description': 'Something a member can be asked about; `slug` is that of the topic of the same name, if there is one.'},
            bases=['Model'],
        ),
        ops.AddField(
            model_name='Member',
            name='accepts_letters',
            field=fields.BooleanField(default=True, db_default=True),
        ),
        ops.AddField(
            model_name='Member',
            name='bio_for',
            field=fields.CharField(default='members', db_default='members', max_length=12),
        ),
        ops.AddField(
            model_name='Member',
            name='languages_for',
            field=fields.CharField(default='members', db_default='members', max_length=12),
        ),
        ops.AddField(
            model_name='Member',
            name='platforms_for',
            field=fields.CharField(default='members', db_default='members', max_length=12),
        ),
        ops.AddField(
            model_name='Member',
            name='topics_for',
            field=fields.CharField(default='members', db_default='members', max_length=12),
        ),
        ops.AddIndex(
            model_name='Organisation',
            index=Index(fields=['country', 'state']),
        ),
        ops.AddIndex(
            model_name='Organisation',
            index=Index(fields=['type', 'beds_band']),
        ),
        ops.AddIndex(
            model_name='PlatformUse',
            index=Index(fields=['status', 'platform']),
        ),
        ops.AddField(
            model_name='Post',
            name='industry',
            field=fields.CharField(default='', db_default='', max_length=120),
        ),
        # Who belongs to the industry now is taken for who did when they wrote: nothing tells better.
        ops.RunSQL(
            "UPDATE posts SET industry = COALESCE((SELECT o.name FROM memberships ms "
            "JOIN organisations o ON o.id = ms.organisation_id WHERE ms.id = (SELECT MIN(x.id) FROM memberships x "
            "WHERE x.member_id = posts.author_id AND x.state = 'active' AND x.main) AND o.kind = 'industry'), '') "
            "WHERE author_id IN (SELECT y.member_id FROM memberships y JOIN organisations z ON z.id = y.organisation_id "
            "WHERE z.kind = 'industry' AND y.state = 'active')"
        ),
    ]
